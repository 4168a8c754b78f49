"""What a foreign page in somebody's browser may do: nothing."""

import urllib.request

from suite import check, equal
from web import exchange

FOREIGN = "https://evil.example"


class Flow:
    def __init__(self, server):
        self.server = server

    def headers_of(self, path, method="GET", **headers):
        request = urllib.request.Request(self.server.address + path, method=method, headers=headers,
                                         data=b"{}" if method == "POST" else None)
        status, answered, _ = exchange(request)
        return status, {name.lower(): value for name, value in answered.items()}

    def cors_is_closed(self):
        asked = {"Origin": FOREIGN, "Access-Control-Request-Method": "POST",
                 "Access-Control-Request-Headers": "authorization,content-type"}
        rpc = "/guichet.v1.AdminService/WhoAmI"
        for path, method in ((rpc, "OPTIONS"), (rpc, "POST"), ("/session", "GET"), ("/sign-in", "GET"), ("/", "GET")):
            status, headers = self.headers_of(path, method, **asked, **{"Content-Type": "application/json"})
            allowed = [name for name in headers if name.startswith("access-control-")]
            check(not allowed, f"{method} {path}: {status} {allowed}")
        equal(self.headers_of(rpc, "POST", **asked)[0] in (401, 403, 415), True, "a call without credential")

    def security_headers(self):
        for path in ("/", "/sign-in", "/nothing-here"):
            _, headers = self.headers_of(path)
            equal(headers.get("x-content-type-options"), "nosniff", path)
            policy = headers.get("content-security-policy", "")
            check("default-src 'none'" in policy or "default-src 'self'" in policy, f"{path}: {policy}")
            check("unsafe-inline" not in policy and "unsafe-eval" not in policy, f"{path}: {policy}")
            check("referrer-policy" in headers, f"{path}: {headers}")


def run(suite, server):
    flow = Flow(server)
    suite.run("no other site's page may read or call anything: CORS is closed", flow.cors_is_closed)
    suite.run("every page forbids sniffing, framing and foreign scripts", flow.security_headers)
