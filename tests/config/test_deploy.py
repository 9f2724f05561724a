"""The files for compose and Kubernetes say what the code expects, and Kubernetes' own schemas accept them."""

from typing import Any

import yaml

from config import env
from recommender.queue import QUEUES

KUBERNETES = env.BASE_DIR / "deploy" / "kubernetes.yaml"
COMPOSE = env.BASE_DIR / "deploy" / "compose.yaml"


def objects() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(KUBERNETES.read_text()))


def test_kubernetes_own_schemas_accept_every_object() -> None:
    import kubernetes_validate

    for one in objects():
        kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)


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
