"""The manifests as the real kubectl reads them: kinds against discovery, fields against the types it is built with."""

import json
import os
import shutil
import subprocess

import yaml

from kube_api import KubeApi
from manifests import FOLDER, NAMES
from suite import check, equal

WORKLOADS = ("Deployment", "StatefulSet")
NO_POD = "does not have a pod template"


class Kubectl:
    """Knows no cluster but the stand-in, whatever the machine is configured for."""

    def __init__(self, folder):
        self.program = shutil.which("kubectl")
        check(self.program, "there is no kubectl: install Debian's kubernetes-client")
        self.api = KubeApi()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": str(folder / "no-kubeconfig")}

    def run(self, *words, manifest):
        return subprocess.run([self.program, *words, "-f", "-"], input=manifest, text=True, errors="replace",
                              capture_output=True, timeout=120, env=self.environment)

    def dry_run(self, verb, manifest):
        """As in deploy/kubernetes/README.md. Without validation: that takes the API server's OpenAPI document."""
        return self.run("--server", self.api.address, verb, "--dry-run=client", "--validate=false", manifest=manifest)

    def read(self, documents):
        """Decoded into kubectl's own types, and workloads written out again: needs no server, adds one variable."""
        return self.run("set", "env", "--local", "-o", "json", "READ_BY=kubectl", manifest=yaml.safe_dump_all(documents))

    def close(self):
        self.api.close()


def documents(name):
    return list(yaml.safe_load_all((FOLDER / name).read_text()))


def document(name, kind):
    return next(d for d in documents(name) if d["kind"] == kind)


def kinds_are_known(kubectl):
    for name in NAMES:
        for verb in ("create", "apply"):
            done = kubectl.dry_run(verb, (FOLDER / name).read_text())
            equal(done.returncode, 0, f"kubectl {verb} {name}: {done.stdout}{done.stderr}")
            equal(done.stdout.count("created (dry run)"), len(documents(name)), f"objects of {name}: {done.stdout}")
    equal(kubectl.api.written, [], "a dry run wrote")


def types_are_right(kubectl):
    for name in NAMES:
        words = fault_of(kubectl, documents(name))
        check(not words, f"{name}: {words}")


def fault_of(kubectl, documents):
    """In words what kubectl does not like; "" where nothing is wrong. Of a field that it does not know nothing comes out again."""
    done = kubectl.read(documents)
    others = [d for d in documents if d["kind"] not in WORKLOADS]
    if "decode" in done.stderr or done.stderr.count(NO_POD) != len(others):
        return done.stderr or "not all was read"
    read = {(d["kind"], d["metadata"]["name"]): d for d in objects(done.stdout)}
    for one in documents:
        key = (one["kind"], one["metadata"]["name"])
        words = "" if one in others else lost(one, read[key]) if key in read else "it was not written out"
        if words:
            return f"{key}: {words}"
    return ""


def objects(text):
    """One JSON object behind the other."""
    decoder, found = json.JSONDecoder(), []
    while text := text.lstrip():
        one, end = decoder.raw_decode(text)
        found.append(one)
        text = text[end:]
    return found


def lost(given, read, path=""):
    """What of `given` is not in `read`. Numbers may be written otherwise (0440, 500m), quantities stay as they are."""
    if isinstance(given, dict):
        for key, value in given.items():
            if not isinstance(read, dict) or key not in read:
                return f"{path}.{key} is nothing that kubectl knows"
            words = lost(value, read[key], f"{path}.{key}")
            if words:
                return words
        return ""
    if isinstance(given, list):
        if not isinstance(read, list) or len(read) != len(given):
            return f"{path} is no list of {len(given)}"
        return next((words for i, (a, b) in enumerate(zip(given, read)) if (words := lost(a, b, f"{path}[{i}]"))), "")
    return "" if given == read else f"{path} was read as {read!r}, it is {given!r}"


def faults_are_found(kubectl):
    """What passes must also be able to fail."""
    deployment = document("services.yaml", "Deployment")
    for verb, change in (("create", {"kind": "Deploymint"}), ("apply", {"apiVersion": "apps/v1beta1"}),
                         ("create", {"apiVersion": "extensions/v1beta1"})):
        done = kubectl.dry_run(verb, yaml.safe_dump({**deployment, **change}))
        check(done.returncode != 0 and "no matches for kind" in done.stderr, f"{verb} {change}: {done.stdout}{done.stderr}")
    done = kubectl.dry_run("create", "apiVersion: v1\n kind: Service\n")
    check(done.returncode != 0, "YAML that is none was taken")

    def broken(name, kind, path, value):
        made = document(name, kind)
        place = made
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        return [made]

    pod = ("spec", "template", "spec")
    for case in (("services.yaml", "Deployment", ("spec", "replicas"), "two"),
                 ("guichet.yaml", "StatefulSet", (*pod, "containers", 0, "ports", 0, "containerPort"), "http"),
                 ("guichet.yaml", "Service", ("spec", "ports", 0, "port"), "eighty"),
                 ("guichet.yaml", "Ingress", ("spec", "rules"), "desk.example.com"),
                 ("guichet.yaml", "ConfigMap", ("data", "guichet.toml"), 7),
                 ("services.yaml", "PersistentVolumeClaim", ("spec", "accessModes"), "ReadWriteOnce")):
        words = fault_of(kubectl, broken(*case))
        check("cannot unmarshal" in words or "decode" in words, f"a wrong type was not found: {case}: {words!r}")
    for case in (("services.yaml", "Deployment", ("spec", "replica"), 2),
                 ("guichet.yaml", "StatefulSet", (*pod, "containers", 0, "livenessprobe"), {"httpGet": {"port": 1}})):
        words = fault_of(kubectl, broken(*case))
        check("nothing that kubectl knows" in words, f"a field of another name was not found: {case}: {words!r}")


def judge(suite, folder):
    kubectl = Kubectl(folder)
    try:
        suite.run("kubectl knows every kind and version, and would create each object", kinds_are_known, kubectl)
        suite.run("kubectl reads every object into its own types, losing nothing", types_are_right, kubectl)
        suite.run("kubectl refuses kinds, versions, types and fields that are none", faults_are_found, kubectl)
    finally:
        kubectl.close()
