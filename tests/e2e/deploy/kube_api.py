"""As much of a Kubernetes API server as `kubectl --dry-run=client` asks: which kinds there are, and that none of our objects is there yet.

It judges nothing, and has no OpenAPI document: what is refused is refused by kubectl.
"""

import http.server
import json
import threading

# Group and version -> kind -> (resource, namespaced): those of Kubernetes 1.20 that the manifests use. All are in today's, too.
KINDS = {
    "v1": {"Namespace": ("namespaces", False), "ConfigMap": ("configmaps", True), "Service": ("services", True),
           "PersistentVolumeClaim": ("persistentvolumeclaims", True)},
    "apps/v1": {"Deployment": ("deployments", True), "StatefulSet": ("statefulsets", True)},
    "networking.k8s.io/v1": {"Ingress": ("ingresses", True)},
}
VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]


def discovery():
    """Path -> answer."""
    groups = [{"name": gv.split("/")[0], "versions": [_version(gv)], "preferredVersion": _version(gv)} for gv in KINDS if "/" in gv]
    answers = {
        "/version": {"major": "1", "minor": "20", "gitVersion": "v1.20.2"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups},
    }
    for gv, kinds in KINDS.items():
        answers[f"/apis/{gv}" if "/" in gv else f"/api/{gv}"] = {
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": gv,
            "resources": [{"name": resource, "singularName": "", "namespaced": namespaced, "kind": kind, "verbs": VERBS}
                          for kind, (resource, namespaced) in kinds.items()]}
    return answers


def _version(gv):
    return {"groupVersion": gv, "version": gv.split("/")[1]}


class KubeApi:
    """`written`: requests that would have changed something."""

    def __init__(self):
        self.written = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler(discovery()))
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def _handler(self, answers):
        written = self.written

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = self.path.split("?")[0]
                absent = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404,
                          "message": f"{path} is not here"}
                self._answer(200 if path in answers else 404, answers.get(path, absent))

            def do_POST(self):
                written.append(f"{self.command} {self.path}")
                self._answer(500, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 500,
                                   "message": "a dry run writes nothing"})

            do_PUT = do_PATCH = do_DELETE = do_POST

            def _answer(self, status, answer):
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        return Handler

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
