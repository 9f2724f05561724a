"""The files for compose and Kubernetes say what the code expects, and Kubernetes' own schemas accept them."""

import os
import shutil
import subprocess
import sys
from typing import Any

import pytest
import yaml
from django.test import Client

from config import env, health
from recommender.queue import QUEUES

KUBERNETES = env.BASE_DIR / "deploy" / "kubernetes.yaml"
COMPOSE = env.BASE_DIR / "deploy" / "compose.yaml"


def objects() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(KUBERNETES.read_text()))


def test_kubernetes_own_schemas_accept_every_object() -> None:
    import kubernetes_validate

    for one in objects():
        kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)


def test_the_compose_specification_accepts_the_file() -> None:
    """By the schema that check-jsonschema ships, and by docker itself where it is."""
    checked = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(checked, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0:
        names = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_SECRET_KEY")
        environment = {**os.environ, **dict.fromkeys(names, "x")}
        asked = [docker, "compose", "-f", str(COMPOSE), "config", "--quiet", "--no-env-resolution"]
        done = subprocess.run(asked, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr


def test_workers_are_added_by_what_waits_and_a_drained_node_takes_one_at_a_time() -> None:
    found = {(one["kind"], one["metadata"]["name"]): one["spec"] for one in objects()}
    deployments = {name for kind, name in found if kind == "Deployment"}
    for (kind, name), spec in found.items():
        if kind == "HorizontalPodAutoscaler":
            assert spec["scaleTargetRef"]["name"] in deployments
            assert spec["minReplicas"] >= found["Deployment", name]["replicas"]
    assert {name for kind, name in found if kind == "PodDisruptionBudget"} == {"otjang-web", "otjang-worker"}
    (metric,) = found["HorizontalPodAutoscaler", "otjang-worker"]["metrics"]
    assert metric["external"]["metric"]["name"] == health.QUEUE_LENGTH._name
    assert metric["external"]["metric"]["selector"]["matchLabels"]["queue"] in QUEUES
    authentication, scaled = yaml.safe_load_all((env.BASE_DIR / "deploy" / "keda.yaml").read_text())
    assert scaled["spec"]["scaleTargetRef"]["name"] in deployments
    for trigger in scaled["spec"]["triggers"]:
        assert trigger["metadata"]["listName"] in QUEUES
        assert trigger["authenticationRef"]["name"] == authentication["metadata"]["name"]


def test_metrics_tell_the_length_of_each_queue(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "queue_lengths", lambda: {"interactive": 7})
    assert b'otjang_queue_length{queue="interactive"} 7.0' in client.get("/metrics").content


def test_liveness_asks_for_the_process_alone_and_readiness_for_its_database() -> None:
    (web,) = (one for one in objects() if one["kind"] == "Deployment" and one["metadata"]["name"] == "otjang-web")
    (container,) = web["spec"]["template"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    for deployment in (one for one in objects() if one["kind"] == "Deployment"):
        for each in deployment["spec"]["template"]["spec"]["containers"]:
            assert {"requests", "limits"} <= set(each["resources"]) and "livenessProbe" in each, each["name"]


def test_every_queue_has_a_worker_in_both() -> None:
    def queues_of(command: list[str]) -> set[str]:
        return set(command[command.index("-Q") + 1].split(",")) if "-Q" in command else set()

    services = yaml.safe_load(COMPOSE.read_text())["services"]
    in_compose = set().union(*(queues_of(one.get("command", [])) for one in services.values()))
    in_kubernetes = set().union(
        *(queues_of(each.get("command", []))
          for one in objects() if one["kind"] == "Deployment" for each in one["spec"]["template"]["spec"]["containers"])
    )  # fmt: skip
    assert in_compose == in_kubernetes == set(QUEUES)


def test_what_ends_under_compose_is_started_again() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    once = {"migrate", "bucket"}
    assert {name for name, one in services.items() if one["restart"] != "unless-stopped"} == once
