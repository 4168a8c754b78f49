"""Kubernetes manifests without a cluster: what refers to what, and that the configuration within is right."""

import subprocess

import yaml

from server import ROOT, binary, environment
from suite import check, equal

FOLDER = ROOT / "deploy/kubernetes"
NAMES = ("guichet.yaml", "services.yaml")
API = {"Namespace": "v1", "ConfigMap": "v1", "Service": "v1", "PersistentVolumeClaim": "v1", "Deployment": "apps/v1",
       "StatefulSet": "apps/v1", "Ingress": "networking.k8s.io/v1"}
# Made by hand, as the files say.
SECRETS = {"guichet", "guichet-tls"}


class Manifests:
    def __init__(self, *names):
        self.all = [d for name in names for d in yaml.safe_load_all((FOLDER / name).read_text())]

    def of(self, *kinds):
        return [d for d in self.all if d["kind"] in kinds]

    def names(self, kind):
        return {d["metadata"]["name"] for d in self.of(kind)}


def check_all(folder):
    m = Manifests(*NAMES)
    seen = set()
    for d in m.all:
        equal(d["apiVersion"], API.get(d["kind"]), f"apiVersion of {d['kind']}")
        key = (d["kind"], d["metadata"]["name"])
        check(key not in seen, f"{key} is there twice")
        seen.add(key)
        check(d["kind"] == "Namespace" or d["metadata"].get("namespace") == "guichet", f"{key} has no namespace")
    for workload in m.of("Deployment", "StatefulSet"):
        check_workload(workload, m)
    for service in m.of("Service"):
        check_service(service, m)
    for ingress in m.of("Ingress"):
        check_ingress(ingress, m)
    check_configurations(m, folder)
    equal({w["metadata"]["name"] for w in m.of("Deployment")},
          {f"guichet-{t}" for t in ("ingest", "routing", "reply", "escalation", "inbox", "gateway")}, "services")


def check_workload(workload, m):
    name, spec = workload["metadata"]["name"], workload["spec"]
    pod = spec["template"]
    labels = pod["metadata"]["labels"]
    check(spec["selector"]["matchLabels"].items() <= labels.items(), f"{name} does not select its own pods")
    security, inner = pod["spec"]["securityContext"], pod["spec"]["containers"][0]
    check(security["runAsNonRoot"] and security["runAsUser"] > 0, f"{name} may run as root")
    own = inner["securityContext"]
    check(own["readOnlyRootFilesystem"] and not own["allowPrivilegeEscalation"] and own["capabilities"]["drop"] == ["ALL"],
          f"{name} may more than it must")
    check(pod["spec"]["terminationGracePeriodSeconds"] > 40, f"{name} is killed before it has stopped in order")
    ports = {p["name"] for p in inner["ports"]}
    for probe, path in (("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        asked = inner[probe]["httpGet"]
        check(asked["port"] in ports and asked["path"] == path, f"{name}: {probe} asks {asked}")
    check("memory" in inner["resources"]["limits"], f"{name} has no limit of memory")
    volumes = {v["name"]: v for v in pod["spec"]["volumes"]}
    claims = {c["metadata"]["name"] for c in spec.get("volumeClaimTemplates", [])}
    for mount in inner["volumeMounts"]:
        check(mount["name"] in volumes.keys() | claims, f"{name} mounts {mount['name']}, which is no volume")
    for volume in volumes.values():
        if "configMap" in volume:
            check(volume["configMap"]["name"] in m.names("ConfigMap"), f"{name}: no such ConfigMap: {volume}")
        if "persistentVolumeClaim" in volume:
            check(volume["persistentVolumeClaim"]["claimName"] in m.names("PersistentVolumeClaim"), f"{name}: no such claim: {volume}")
        if "secret" in volume:
            check(volume["secret"]["secretName"] in SECRETS, f"{name}: no such Secret: {volume}")
    # Two processes on one data directory would be refused by its lock.
    check(spec["replicas"] == 1 or not claims, f"{name} has replicas and a volume of its own")


def check_service(service, m):
    name, wanted = service["metadata"]["name"], service["spec"]["selector"]
    chosen = [w for w in m.of("Deployment", "StatefulSet") if wanted.items() <= w["spec"]["template"]["metadata"]["labels"].items()]
    equal(len(chosen), 1, f"workloads behind the service {name}")
    ports = {p["name"] for p in chosen[0]["spec"]["template"]["spec"]["containers"][0]["ports"]}
    for port in service["spec"]["ports"]:
        check(port["targetPort"] in ports, f"the service {name} leads to the port {port['targetPort']}, which is not there")


def check_ingress(ingress, m):
    services = {s["metadata"]["name"]: {p["name"] for p in s["spec"]["ports"]} for s in m.of("Service")}
    for rule in ingress["spec"]["rules"]:
        for path in rule["http"]["paths"]:
            to = path["backend"]["service"]
            check(to["port"]["name"] in services.get(to["name"], ()), f"{path['path']} leads nowhere: {to}")
    for tls in ingress["spec"]["tls"]:
        check(tls["secretName"] in SECRETS, f"no such Secret: {tls}")


def check_configurations(m, folder):
    services = m.names("Service")
    for config in m.of("ConfigMap"):
        text = config["data"]["guichet.toml"]
        for secret in ("secrets-key", "redis-password"):
            (folder / secret).write_text("x" * 40)
            text = text.replace(f"/run/secrets/guichet/{secret}", str(folder / secret))
        path = folder / f"{config['metadata']['name']}.toml"
        path.write_text(text)
        done = subprocess.run([binary(), "check-config", "--config", str(path)], text=True, capture_output=True, env=environment())
        equal(done.returncode, 0, f"{path.name}: {done.stdout}{done.stderr}")
        for line in text.splitlines():
            if '":8081"' not in line and ":8081\"" in line and "0.0.0.0" not in line:
                host = line.split('"')[1].split(":")[0]
                check(host in services, f"{config['metadata']['name']}: there is no service {host}")
