"""The manifests, as kustomize renders them: valid, and of one mind with the server."""

import os
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from compactd.config import PREFIX, Config
from tests.deploy.files import DEPLOY, documents
from tests.deploy.kustomize import NotHere, render

KUBERNETES = DEPLOY / "kubernetes"
PAGES = {"/healthz", "/readyz"}
STOPPING_SECONDS = 4
"""What docs/operations.md adds to the two settings of a stop."""

pytestmark = pytest.mark.timeout(300)

WORKERS = "compactd-workers"

Object = dict[str, Any]
Rendered = dict[str, list[Object]]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Each overlay, and one with the component for TLS, as a user adds it."""
    folder = tmp_path_factory.mktemp("tls")
    base, tls = (os.path.relpath(KUBERNETES / name, folder.resolve()) for name in ("overlays/sqlite", "components/tls"))
    (folder / "kustomization.yaml").write_text(f"resources: [{base}]\ncomponents: [{tls}]\n")
    folders = {path.name: path for path in (KUBERNETES / "overlays").iterdir()} | {"tls": folder}
    try:
        return {name: documents(render(path)) for name, path in folders.items()}
    except NotHere as why:
        pytest.skip(str(why))


def of_kind(objects: list[Object], kind: str) -> list[Object]:
    return [item for item in objects if item["kind"] == kind]


def pods(objects: list[Object]) -> list[Object]:
    """The templates of pods."""
    return [item["spec"]["template"] for item in objects if item["kind"] in ("Deployment", "Job")]


def server(objects: list[Object]) -> Object:
    return deployed(objects, "compactd")


def deployed(objects: list[Object], name: str) -> Object:
    """The template of the Deployment of that name."""
    [deployment] = [item for item in of_kind(objects, "Deployment") if item["metadata"]["name"] == name]
    return dict(deployment["spec"]["template"])


def container(pod: Object) -> Object:
    [only] = pod["spec"]["containers"]
    return dict(only)


def settings(objects: list[Object], name: str = "compactd") -> dict[str, str]:
    """The variables that the container of a Deployment, a server's, gets from what is rendered."""
    given: dict[str, str] = {}
    pod = container(deployed(objects, name))
    for source in pod["envFrom"]:
        if name := source.get("configMapRef", {}).get("name"):
            [found] = [item for item in of_kind(objects, "ConfigMap") if item["metadata"]["name"] == name]
            given |= found["data"]
    return given | {item["name"]: item["value"] for item in pod.get("env", ())}


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "tls"])
def test_what_is_rendered_is_what_kubernetes_takes(rendered: Rendered, name: str) -> None:
    assert {"Deployment", "Service", "ConfigMap", "NetworkPolicy"} <= {item["kind"] for item in rendered[name]}
    for item in rendered[name]:
        kubernetes_validate.validate(item, "1.37", strict=True)


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "tls"])
def test_the_server_takes_the_settings(rendered: Rendered, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings(rendered[name])
    assert {variable.removeprefix(PREFIX).lower() for variable in given} <= set(Config.model_fields)
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    assert str(Config().drain_grace_seconds) == str(float(given[f"{PREFIX}DRAIN_GRACE_SECONDS"]))
    # Files of settings lie in volumes of the pod.
    mounts = [mount["mountPath"] for mount in container(server(rendered[name]))["volumeMounts"]]
    for variable, value in given.items():
        if variable.endswith("_FILE"):
            assert any(value.startswith(f"{mount}/") for mount in mounts), variable


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "tls"])
def test_a_pod_has_the_time_that_a_stop_takes(rendered: Rendered, name: str) -> None:
    pod, given = server(rendered[name]), settings(rendered[name])
    before = container(pod)["lifecycle"]["preStop"]["sleep"]["seconds"]
    drain, grace = (float(given[f"{PREFIX}{part}"]) for part in ("DRAIN_SECONDS", "DRAIN_GRACE_SECONDS"))
    assert pod["spec"]["terminationGracePeriodSeconds"] >= before + drain + grace + STOPPING_SECONDS


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "tls"])
def test_ports_and_probes_are_where_the_image_listens(rendered: Rendered, name: str) -> None:
    ports = {port["name"]: port["containerPort"] for port in container(server(rendered[name]))["ports"]}
    exposed = [line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if line.startswith("EXPOSE ")]
    assert [str(port) for port in ports.values()] == exposed[0].split()[1:]
    for service in of_kind(rendered[name], "Service"):
        assert {port["targetPort"]: port["port"] for port in service["spec"]["ports"]}.items() <= ports.items()
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container(server(rendered[name]))[probe]
        if name == "tls":
            assert "grpc" not in asked
        if "grpc" in asked:
            assert asked["grpc"]["port"] == ports["grpc"]
        else:
            assert asked["httpGet"]["port"] == "admin"
            assert asked["httpGet"]["path"] in PAGES


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "tls"])
def test_what_selects_pods_selects_the_servers_alone_or_the_workers(rendered: Rendered, name: str) -> None:
    labels = [pod["metadata"]["labels"].items() for pod in pods(rendered[name])]
    selecting = [(item, item["spec"]["selector"]) for item in of_kind(rendered[name], "Service")]
    policies = of_kind(rendered[name], "NetworkPolicy")
    selecting += [(item, item["spec"]["podSelector"]["matchLabels"]) for item in policies]
    for kind in ("Deployment", "PodDisruptionBudget"):
        selecting += [(item, item["spec"]["selector"]["matchLabels"]) for item in of_kind(rendered[name], kind)]
    assert len(selecting) >= 4
    for item, selector in selecting:
        meant = item["metadata"]["name"] if item["metadata"]["name"] == WORKERS else "compactd"
        assert selector
        own = deployed(rendered[name], meant)["metadata"]["labels"].items()
        assert [pod for pod in labels if selector.items() <= pod] == [own]


CALLERS = {"namespaceSelector": {"matchLabels": {"compactd.client": "true"}}}
IS_PROXY = {"key": "compactd.proxy", "operator": "In", "values": ["true"]}
PROXIES = CALLERS | {"podSelector": {"matchExpressions": [IS_PROXY]}}


def test_every_port_that_envoy_asks_is_open_to_it(rendered: Rendered) -> None:
    [envoy] = documents((DEPLOY / "envoy" / "envoy.yaml").read_text())
    asked = set()
    for cluster in envoy["static_resources"]["clusters"]:
        endpoint = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]
        asked.add(endpoint["address"]["socket_address"]["port_value"])
        asked.update(endpoint.get("health_check_config", {}).values())
    objects = rendered["postgresql"]
    numbers = {port["name"]: port["containerPort"] for port in container(server(objects))["ports"]}
    [policy] = [item for item in of_kind(objects, "NetworkPolicy") if item["metadata"]["name"] == "compactd"]
    admitted: dict[str, set[int]] = {"callers": set(), "proxies": set()}
    for rule in policy["spec"]["ingress"]:
        for who, peer in (("callers", CALLERS), ("proxies", PROXIES)):
            if peer in rule["from"]:
                admitted[who] |= {numbers[port["port"]] for port in rule["ports"]}
    assert asked == admitted["callers"] | admitted["proxies"]
    assert numbers["admin"] not in admitted["callers"]


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "tls"])
def test_no_container_may_do_more_than_it_has_to(rendered: Rendered, name: str) -> None:
    for pod in pods(rendered[name]):
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
        allowed = container(pod)["securityContext"]
        assert (allowed["allowPrivilegeEscalation"], allowed["readOnlyRootFilesystem"]) == (False, True)
        assert allowed["capabilities"] == {"drop": ["ALL"]}
        assert container(pod)["resources"]["limits"]["memory"]


def test_workers_run_the_jobs_of_servers_that_run_none(rendered: Rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = rendered["postgresql"]
    given = settings(objects)
    assert settings(objects, WORKERS) == given
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    assert Config().jobs_at_once == 0
    working = container(deployed(objects, WORKERS))
    assert working["image"] == container(server(objects))["image"]
    command, option, at_once = working["args"]
    assert (command, option, int(at_once) > 0) == ("work", "--concurrency", True)
    # What the settings name they find, as servers do.
    assert {source["secretRef"]["name"] for source in working["envFrom"] if "secretRef" in source} == {"compactd"}
    for probe in ("readinessProbe", "livenessProbe"):
        assert working[probe]["httpGet"]["port"] == "admin"
        assert working[probe]["httpGet"]["path"] in PAGES


def test_the_database_is_migrated_by_the_image_that_serves(rendered: Rendered) -> None:
    objects = rendered["postgresql"]
    [job] = of_kind(objects, "Job")
    migrating = container(job["spec"]["template"])
    assert migrating["args"] == ["migrate"]
    assert migrating["image"] == container(server(objects))["image"]
    assert not Path(migrating["image"]).suffix.endswith("latest")
