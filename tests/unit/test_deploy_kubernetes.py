"""deploy/kubernetes: every manifest fits the schemas of Kubernetes, and they fit each other. No cluster runs them here."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.unit.deploy_files import DEPLOY, SETTINGS, assert_is_a_command, documents

BASE = DEPLOY / "kubernetes" / "base"
OVERLAY = DEPLOY / "kubernetes" / "overlays" / "example"
#: The label apps.kubernetes.io/pod-index, which numbers the shards, is there from 1.28; these are what the package knows since.
VERSIONS = ("1.29", "1.31", "1.33", "1.35", kubernetes_validate.latest_version())
KUSTOMIZE = next((words for words in (["kustomize", "build"], ["kubectl", "kustomize"]) if shutil.which(words[0])), None)
PROCESSES = ("Deployment", "StatefulSet", "Job")
LONG_RUNNING = ("Deployment", "StatefulSet")


def kustomization(folder: Path) -> dict[str, Any]:
    return documents(folder / "kustomization.yaml")[0]


def settings_file(folder: Path) -> dict[str, str]:
    return dict(re.findall(r"(?m)^(\w+)=(.*)$", (folder / "settings.env").read_text()))


def base() -> list[dict[str, Any]]:
    return [one for name in kustomization(BASE)["resources"] for one in documents(BASE / name)]


SECRET = documents(OVERLAY / "secret.example.yaml")[0]
EVERYTHING = [*base(), SECRET]
WORKLOADS = [one for one in base() if one["kind"] in PROCESSES]


def named(one: dict[str, Any]) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"


def pod(workload: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = workload["spec"]["template"]
    return found


def container(workload: dict[str, Any]) -> dict[str, Any]:
    (only,) = pod(workload)["spec"]["containers"]
    found: dict[str, Any] = only
    return found


def labels_and(selector: dict[str, str], labels: dict[str, str]) -> bool:
    return selector.items() <= labels.items()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("one", EVERYTHING, ids=named)
def test_every_manifest_fits_the_schema(one: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(one, version, strict=True)


def test_the_check_of_the_schema_can_fail() -> None:
    wrong = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x", "lables": {}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_no_object_is_said_twice() -> None:
    names = [named(one) for one in base()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("folder", [BASE, OVERLAY], ids=["base", "example"])
def test_every_file_is_part_of_the_kustomization_and_every_part_is_a_file(folder: Path) -> None:
    said = kustomization(folder)
    listed = {*said["resources"], *(one["path"] for one in said.get("patches", ()))}
    listed |= {name for maker in said["configMapGenerator"] for name in maker["envs"]}
    there = {path.name for path in folder.iterdir() if path.name != "kustomization.yaml" and ".example." not in path.name}
    assert {name for name in listed if "/" not in name} == there
    assert all((folder / name).exists() for name in listed)


def test_every_patch_and_replacement_is_of_an_object_of_the_base() -> None:
    there = {named(one) for one in base()}
    said = kustomization(OVERLAY)
    patched = {named(one) for patch in said["patches"] for one in documents(OVERLAY / patch["path"])}
    replaced = {
        f"{one['kind']}/{one['name']}"
        for rule in said["replacements"]
        for one in (rule["source"], *(target["select"] for target in rule["targets"]))
    }
    assert (patched | replaced) - there == set()


@pytest.mark.parametrize("one", WORKLOADS, ids=named)
def test_every_workload_runs_a_command_with_settings_that_it_is_given(one: dict[str, Any]) -> None:
    this = container(one)
    assert_is_a_command([word.replace("$(SHARD)", "0") for word in this["args"]])
    assert not any(variable["name"].startswith("PUSHSVC_") for variable in this.get("env", ()))
    assert this["envFrom"] == [{"configMapRef": {"name": "pushsvc-settings"}}, {"secretRef": {"name": "pushsvc-secrets"}}]


def test_settings_and_secrets_are_settings_that_exist_and_no_secret_stands_among_the_settings() -> None:
    for folder in (BASE, OVERLAY):
        assert set(settings_file(folder)) - SETTINGS == set()
    assert kustomization(BASE)["configMapGenerator"][0]["name"] == kustomization(OVERLAY)["configMapGenerator"][0]["name"]
    assert SECRET["metadata"]["name"] == "pushsvc-secrets"
    assert set(SECRET["stringData"]) - SETTINGS == set()
    open_ones = {*settings_file(BASE), *settings_file(OVERLAY)}
    assert not any(name.endswith(("_KEY", "_TOKEN", "_URL")) and name != "PUSHSVC_BASE_URL" for name in open_ones)
    assert {"PUSHSVC_SECRET_KEY", "PUSHSVC_DATABASE_URL", "PUSHSVC_ENGINE_URL", "PUSHSVC_REDIS_URL"} <= set(
        SECRET["stringData"]
    )


@pytest.mark.parametrize("one", WORKLOADS, ids=named)
def test_every_pod_is_as_the_restricted_profile_asks(one: dict[str, Any]) -> None:
    spec, this = pod(one)["spec"], container(one)
    assert spec["enableServiceLinks"] is spec["automountServiceAccountToken"] is False
    assert spec["securityContext"] == {
        "runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001, "fsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }  # fmt: skip
    assert this["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert this["resources"]["limits"]["memory"]
    assert this["resources"]["requests"].keys() == {"cpu", "memory"}
    mounts = {mount["mountPath"]: mount["name"] for mount in this["volumeMounts"]}
    assert mounts.keys() == {settings_file(BASE)["PUSHSVC_HOME"], "/tmp"}
    assert set(mounts.values()) == {volume["name"] for volume in spec["volumes"]}


@pytest.mark.parametrize("one", [one for one in WORKLOADS if one["kind"] in LONG_RUNNING], ids=named)
def test_every_process_is_asked_how_it_is_and_has_time_to_stop(one: dict[str, Any]) -> None:
    spec, this = pod(one)["spec"], container(one)
    assert spec["terminationGracePeriodSeconds"] >= 40
    (port,) = this["ports"]
    assert str(port["containerPort"]) == settings_file(BASE)["PUSHSVC_PORT"] == settings_file(BASE)["PUSHSVC_HEALTH_PORT"]
    probes = {name: this[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert {probe["port"] for probe in probes.values()} == {port["name"]}
    # A liveness that asks for the database would restart everything whenever the database is away.
    assert probes["liveness"]["path"] == "/healthz"
    assert "/readyz" in (probes["startup"]["path"], probes["readiness"]["path"])
    assert pod(one)["metadata"]["annotations"]["prometheus.io/port"] == str(port["containerPort"])


def test_labels_and_selectors_agree() -> None:
    pods = {named(one): pod(one)["metadata"]["labels"] for one in WORKLOADS}
    for one in base():
        name, spec = named(one), one.get("spec", {})
        if one["kind"] in LONG_RUNNING:
            assert labels_and(spec["selector"]["matchLabels"], pods[name])
            assert [other for other in pods if labels_and(spec["selector"]["matchLabels"], pods[other])] == [name]
            (spread,) = pod(one)["spec"]["topologySpreadConstraints"]
            assert spread["labelSelector"]["matchLabels"] == spec["selector"]["matchLabels"]
        selector = {
            "PodDisruptionBudget": lambda spec: spec["selector"]["matchLabels"],
            "Service": lambda spec: spec["selector"],
            "NetworkPolicy": lambda spec: spec["podSelector"].get("matchLabels", {}),
        }.get(one["kind"])
        assert selector is None or any(labels_and(selector(spec), labels) for labels in pods.values()), name


def test_every_process_that_runs_long_has_a_disruption_budget() -> None:
    budgets = {one["metadata"]["name"] for one in base() if one["kind"] == "PodDisruptionBudget"}
    assert budgets == {one["metadata"]["name"] for one in WORKLOADS if one["kind"] in LONG_RUNNING}


def test_the_autoscaler_alone_says_how_many_serve() -> None:
    (scaler,) = (one for one in base() if one["kind"] == "HorizontalPodAutoscaler")
    target = scaler["spec"]["scaleTargetRef"]
    (serve,) = (one for one in WORKLOADS if named(one) == f"{target['kind']}/{target['name']}")
    assert "replicas" not in serve["spec"]
    assert scaler["spec"]["minReplicas"] >= 2


def test_the_shards_of_the_base_are_as_many_as_its_replicas() -> None:
    assert_shards_are_whole(next(one for one in WORKLOADS if one["kind"] == "StatefulSet"))


def assert_shards_are_whole(match: dict[str, Any]) -> None:
    assert container(match)["args"][2:] == ["--shard", f"$(SHARD)/{match['spec']['replicas']}"]
    (shard,) = container(match)["env"]
    assert shard["name"] == "SHARD"
    assert shard["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.labels['apps.kubernetes.io/pod-index']"
    assert match["spec"].get("ordinals", {}).get("start", 0) == 0


def test_nothing_comes_in_or_goes_out_by_default() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in base() if one["kind"] == "NetworkPolicy"}
    assert policies["nothing-by-default"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for name, spec in policies.items():
        for rule in (*spec.get("ingress", ()), *spec.get("egress", ())):
            assert rule.get("ports"), f"{name} opens every port"


def test_the_network_keeps_fetching_out_of_private_networks() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in base() if one["kind"] == "NetworkPolicy"}
    for name in ("worker-fetches-public-pages", "all-reach-public-https"):
        four, six = (peer["ipBlock"] for peer in policies[name]["egress"][0]["to"])
        assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"} <= set(four["except"])
        assert "fc00::/7" in six["except"]


@pytest.fixture(scope="module")
def built() -> list[dict[str, Any]]:
    if KUSTOMIZE is None:
        pytest.skip("neither kustomize nor kubectl is installed")
    done = subprocess.run([*KUSTOMIZE, str(OVERLAY)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def test_what_kustomize_builds_fits_the_schema_and_has_the_overlays_shards(built: list[dict[str, Any]]) -> None:
    for one in built:
        kubernetes_validate.validate(one, VERSIONS[-1], strict=True)
    (match,) = (one for one in built if one["kind"] == "StatefulSet")
    assert match["spec"]["replicas"] == documents(OVERLAY / "shards.yaml")[0]["spec"]["replicas"]
    assert_shards_are_whole(match)


def test_what_kustomize_builds_uses_the_settings_and_the_image_of_the_overlay(built: list[dict[str, Any]]) -> None:
    (settings,) = (one for one in built if one["kind"] == "ConfigMap")
    assert settings["data"] == {**settings_file(BASE), **settings_file(OVERLAY)}
    for one in built:
        if one["kind"] in PROCESSES:
            assert container(one)["image"] == "registry.example/pushsvc:0.1.0"
            assert container(one)["envFrom"][0]["configMapRef"]["name"] == settings["metadata"]["name"]
            assert one["metadata"]["namespace"] == "pushsvc"
