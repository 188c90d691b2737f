"""The manifests that run a load in containers agree with themselves, the image and the options."""

import re
from itertools import chain

import pytest
import yaml

from mcp_proof.options import OPTIONS

USER = 65532


@pytest.fixture
def compose(repository) -> dict:
    """The services of the Compose file, with the defaults of its variables."""
    text = (repository / "integrations/load/compose.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text))["services"]


@pytest.fixture
def cluster(repository) -> dict:
    """The objects of the Kubernetes manifests, by kind."""
    text = (repository / "integrations/load/kubernetes.yaml").read_text(encoding="utf-8")
    return {each["kind"]: each for each in yaml.safe_load_all(text)}


@pytest.fixture
def dockerfile(repository) -> str:
    return (repository / "Dockerfile").read_text(encoding="utf-8")


def pod(cluster, kind):
    """The one container of a kind, and the pod that it is in."""
    spec = cluster[kind]["spec"]["template"]["spec"]
    [container] = spec["containers"]
    return container, spec


def after(arguments, option):
    """What follows an option."""
    return arguments[arguments.index(option) + 1]


@pytest.fixture
def masters(compose, cluster):
    return [compose["master"]["command"], pod(cluster, "Job")[0]["args"]]


@pytest.fixture
def workers(compose, cluster):
    return [compose["worker"]["command"], pod(cluster, "Deployment")[0]["args"]]


def test_master_and_workers_meet_at_one_port_and_name(masters, workers, compose, cluster):
    assert {after(each, "--port") for each in (*masters, *workers)} == {"5557"}
    [port] = pod(cluster, "Job")[0]["ports"]
    [served] = cluster["Service"]["spec"]["ports"]
    assert (port["containerPort"], served["port"], served["targetPort"]) == (5557, 5557, "master")
    assert port["name"] == "master"
    assert [after(each, "--master-host") for each in workers] == [
        "master",
        cluster["Service"]["metadata"]["name"],
    ]
    assert "master" in compose


def test_as_many_workers_are_started_as_are_expected(masters, compose, cluster):
    started = [
        compose["worker"]["deploy"]["replicas"],
        cluster["Deployment"]["spec"]["replicas"],
    ]
    assert [int(after(each, "--expect-workers")) for each in masters] == started


def test_the_master_listens_to_others_and_is_told_that_the_target_may_be_loaded(masters):
    for arguments in masters:
        assert arguments[0] == "load"
        assert after(arguments, "--host") == "0.0.0.0"
        assert "--i-own-this-target" in arguments


def test_selectors_find_the_pods_they_are_meant_for(cluster):
    def labels(kind):
        return cluster[kind]["spec"]["template"]["metadata"]["labels"]

    assert cluster["Service"]["spec"]["selector"] == labels("Job")
    assert cluster["Deployment"]["spec"]["selector"]["matchLabels"] == labels("Deployment")
    policy = cluster["NetworkPolicy"]["spec"]
    assert policy["podSelector"]["matchLabels"] == labels("Job")
    [[allowed]] = [rule["from"] for rule in policy["ingress"]]
    assert allowed["podSelector"]["matchLabels"] == labels("Deployment")


@pytest.mark.parametrize("kind", ["Job", "Deployment"])
def test_pods_have_no_privilege_and_bounded_resources(kind, cluster, dockerfile):
    container, spec = pod(cluster, kind)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == USER
    assert f"USER {USER}:{USER}" in dockerfile
    assert spec["automountServiceAccountToken"] is False
    held = container["securityContext"]
    assert (held["allowPrivilegeEscalation"], held["readOnlyRootFilesystem"]) == (False, True)
    assert held["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"]["requests"] == container["resources"]["limits"]
    writable = {mount["name"] for mount in container["volumeMounts"]}
    assert writable == {volume["name"] for volume in spec["volumes"]}


def test_containers_have_no_privilege(compose):
    for service in compose.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_reports_are_written_where_the_file_system_is_not_read_only(masters, compose, cluster):
    mounts = [volume.rpartition(":")[2] for volume in compose["master"]["volumes"]]
    mounts += [mount["mountPath"] for mount in pod(cluster, "Job")[0]["volumeMounts"]]
    assert "/reports" in mounts
    named = [each for each in chain(*masters) if re.match(r"(json|html)=", each)]
    assert named
    assert all(each.partition("=")[2].startswith("/reports/") for each in named)


def test_images_are_those_that_the_dockerfile_makes(compose, cluster, dockerfile, repository):
    images = {pod(cluster, kind)[0]["image"] for kind in ("Job", "Deployment")}
    images |= {service["image"] for service in compose.values()}
    assert images == {"mcp-proof/load:dev", "mcp-proof/mock:dev"}
    assert all(f"docker build -t {image}" in dockerfile for image in images)
    lock = compose["master"]["build"]["args"]["LOCK"]
    assert f"--build-arg LOCK={lock}" in dockerfile
    ignored = (repository / ".dockerignore").read_text().splitlines()
    assert f"!{lock}" in ignored


def test_the_image_of_load_runs_has_the_versions_that_are_tested(repository):
    def pinned(name):
        return set(re.findall(r"^([\w.-]+==\S+)", (repository / name).read_text(), re.MULTILINE))

    load, tested = pinned("requirements-load.lock"), pinned("requirements-dev.lock")
    assert load <= tested
    assert any(each.startswith("locust==") for each in load)
    assert pinned("requirements-image.lock") <= load


def test_every_option_is_one_of_the_command(masters, workers):
    known = {f"--{option.name}" for option in OPTIONS if "load" in option.commands}
    given = {each for each in chain(*masters, *workers) if each.startswith("--")}
    assert given <= known
