"""A browser as small as can be, and the platform behind it: HTTP over kept connections, cookies carried by hand, tokens signed here."""

import asyncio
import base64
import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT_ID, DEPLOYMENT = "bench-tool", "1"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Platform:
    """Publishes a key set; signs what it is asked to. Its other endpoints are only addresses."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.header = base64url(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "bench-1"}).encode())
        self.port = None

    async def start(self):
        numbers = self.key.public_key().public_numbers()
        integer = lambda number: base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "bench-1", "n": integer(numbers.n), "e": integer(numbers.e)}
        body = json.dumps({"keys": [jwk]}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=3600\r\nContent-Length: {len(body)}\r\n\r\n"

        async def serve(reader, writer):
            try:
                while await reader.readuntil(b"\r\n\r\n"):
                    writer.write(head.encode() + body)
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def url(self, path=""):
        return f"http://localhost:{self.port}{path}"

    def sign(self, claims):
        payload = base64url(json.dumps(claims).encode())
        signed = f"{self.header}.{payload}"
        return f"{signed}.{base64url(self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def id_token(self, nonce, user, target):
        """As long as Moodle's: person, course, link, roster and grade book."""
        now, course = int(time.time()), self.url("/mod/lti/services.php/CourseSection/2")
        return self.sign({
            "iss": self.url(), "aud": CLIENT_ID, "sub": str(user), "iat": now, "exp": now + 60, "nonce": nonce,
            "name": f"Learner {user}", "given_name": "Learner", "family_name": str(user), "email": f"learner{user}@lms.example",
            CLAIM + "version": "1.3.0", CLAIM + "message_type": "LtiResourceLinkRequest", CLAIM + "deployment_id": DEPLOYMENT,
            CLAIM + "target_link_uri": target, CLAIM + "roles": [ROLE + "Learner"],
            CLAIM + "context": {"id": "2", "label": "LTI101", "title": "Open Badges & LTI 101", "type": ["CourseSection"]},
            CLAIM + "resource_link": {"id": "2", "title": "Badge", "description": ""},
            CLAIM + "launch_presentation": {"locale": "en", "document_target": "iframe", "return_url": self.url("/mod/lti/return.php?course=2")},
            CLAIM + "tool_platform": {"product_family_code": "moodle", "version": "2024100706", "guid": "lms.example", "name": "Practice LMS"},
            CLAIM + "custom": {"context_id_history": "$Context.id.history"},
            "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
                "context_memberships_url": course + "/bindings/2/memberships", "service_versions": ["1.0", "2.0"]},
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
                "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"], "lineitems": course + "/lineitems?type_id=2",
                "lineitem": course + "/lineitems/2/lineitem?type_id=2"},
        })


class Signer:
    """The platform in a process of its own, so that launches that are signed while others run do not wait for this one."""

    def __init__(self, platform):
        self.pool = ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=Signer.remember, initargs=(platform,))

    @staticmethod
    def remember(platform):
        Signer.platform = platform

    @staticmethod
    def id_token(*of_launch):
        return Signer.platform.id_token(*of_launch)

    async def sign(self, launch):
        token = asyncio.get_running_loop().run_in_executor(self.pool, Signer.id_token, launch.fields.pop("nonce"), launch.user, launch.target)
        launch.fields["id_token"] = await token


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def one(self, name):
        return next((value for key, value in self.headers if key == name), "")


class Connection:
    """One connection to a tool, opened again when the tool closes it."""

    def __init__(self, host, port):
        self.host, self.port, self.streams = host, port, None

    async def request(self, method, path, cookies=None, form=None):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Accept-Language: en"]
        body = b""
        if cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
        if form is not None:
            body = urlencode(form).encode()
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        answer = await self.read(reader)
        if answer.one("connection").lower() == "close":
            self.close()
        return answer

    async def read(self, reader):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:] if line)]
        answer = Answer(int(head[0].split(" ", 2)[1]), headers, b"")
        if answer.one("transfer-encoding") == "chunked":
            while size := int((await reader.readline()).split(b";")[0], 16):
                answer.body += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
        else:
            answer.body = await reader.readexactly(int(answer.one("content-length") or 0))
        return answer

    def close(self):
        if self.streams:
            self.streams[1].close()
        self.streams = None


class Launch:
    """One launch in three requests; between the first and the second the platform signs."""

    def __init__(self, platform, user, target):
        self.platform, self.user, self.target = platform, user, target
        self.cookies, self.seconds, self.fields, self.location = {}, 0.0, None, None

    async def send(self, connection, expected, *request, **rest):
        started = time.perf_counter()
        answer = await connection.request(*request, cookies=self.cookies, **rest)
        self.seconds += time.perf_counter() - started
        if answer.status not in expected:
            raise RuntimeError(f"{request}: {answer.status} {answer.body[:300]!r}")
        for name, value in answer.headers:
            if name == "set-cookie":
                pair = value.split(";")[0].partition("=")
                self.cookies[pair[0].strip()] = pair[2]
        return answer

    async def login(self, connection):
        form = {"iss": self.platform.url(), "client_id": CLIENT_ID, "login_hint": str(self.user), "lti_deployment_id": DEPLOYMENT,
                "target_link_uri": self.target, "lti_message_hint": json.dumps({"cmid": 2, "launchid": f"ltilaunch_{self.user}"})}
        answer = await self.send(connection, (302, 303), "POST", "/lti/login", form=form)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.one("location")).query).items()}
        self.fields = {"state": asked["state"], "nonce": asked["nonce"]}

    def sign(self):
        token = self.platform.id_token(self.fields.pop("nonce"), self.user, self.target)
        self.fields["id_token"] = token

    async def open(self, connection):
        """The token, and the page behind it."""
        path = urlsplit(self.target).path
        answer = await self.send(connection, (302, 303), "POST", path, form=self.fields)
        location = urlsplit(answer.one("location"))
        self.location = location.path + (f"?{location.query}" if location.query else "")
        await self.send(connection, (200,), "GET", self.location)
