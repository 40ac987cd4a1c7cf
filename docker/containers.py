"""Images built by buildah and containers run by podman, in a storage of their own; as root, without a Docker engine."""
import json
import os
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BASE = "localhost/debian:bookworm-slim"
PROGRAMS = ("podman", "buildah", "runc", "mmdebstrap", "curl", "nsenter")
LIMIT = 300  # seconds that anything but a build may take: the machine may be busy

# What works without systemd and in a sandbox's limits.
CONTAINERS_CONF = """[containers]
default_ulimits=["nofile=20000:20000","nproc=20000:20000"]
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
"""


def missing_programs():
    return [name for name in PROGRAMS if not shutil.which(name)]


def root_is_mounted():
    """Whether "/" is a mount point, as everywhere but in a chroot into a mere folder. Source: proc(5), mountinfo."""
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        return any(line.split()[4] == "/" for line in mounts)


def run(words, check=True, timeout=LIMIT, **more):
    """Runs a program; its outputs are kept as text. Raises RuntimeError with them if it fails."""
    done = subprocess.run(
        words, stdin=more.pop("stdin", subprocess.DEVNULL), capture_output=True, text=True, timeout=timeout, check=False, **more
    )
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done


def debian_sources():
    """This machine's own sources of Debian 12: mirrors differ. Raises RuntimeError if there is none."""
    wanted = "deb $(REPO_URI) $(CODENAME) $(COMPONENT)"
    listed = run(["apt-get", "indextargets", "--format", wanted, "Created-By: Packages", "Origin: Debian"], check=False)
    sources = sorted({line for line in listed.stdout.splitlines() if " bookworm" in line and line.endswith(" main")})
    if not any(line.split()[2] == "bookworm" for line in sources):
        raise RuntimeError("apt knows no source of Debian 12 here; the base of the images is made from its packages.")
    return sources


class Container:
    """One that was started in the background; `network` none: it has a loopback of its own, which `request` speaks to."""

    def __init__(self, storage, name):
        self.storage = storage
        self.name = name

    def inspect(self, member):
        return json.loads(self.storage.podman("inspect", "--format", "{{json ." + member + "}}", self.name).stdout)

    def is_running(self):
        return self.inspect("State.Running")

    def exit_status(self):
        """Waits for its end."""
        return int(self.storage.podman("wait", self.name).stdout.strip())

    def logs(self):
        done = self.storage.podman("logs", self.name)
        return done.stdout + done.stderr

    def execute(self, *words, check=False):
        return self.storage.podman("exec", self.name, *words, check=check)

    def stop(self):
        """As `docker stop`; gives the exit status."""
        self.storage.podman("stop", "--time", "120", self.name)
        return self.exit_status()

    def start(self):
        self.storage.podman("start", self.name)

    def in_network(self, *words, **more):
        """Runs a program of this machine in the container's network."""
        return run(["nsenter", f"--net=/proc/{self.inspect('State.Pid')}/ns/net", *words], check=False, **more)

    def request(self, method="GET", path="/", port=8000, headers=(), body=""):
        """(status, body); the status is 0 if no server answers."""
        words = ["curl", "--silent", "--max-time", "60", "--request", method, "--data-binary", body, "--write-out", "\n%{http_code}"]
        for header in headers:
            words += ["--header", header]
        if method == "GET":
            words = [word for word in words if word not in ("--data-binary", body)]
        answer = self.in_network(*words, f"http://127.0.0.1:{port}{path}").stdout
        text, _, status = answer.rpartition("\n")
        return int(status or 0), text

    def call(self, operation, body, port=8000, key="dummy"):
        """A call of DynamoDB's API; the decoded reply. Raises RuntimeError for an error."""
        headers = (
            "Content-Type: application/x-amz-json-1.0",
            f"X-Amz-Target: DynamoDB_20120810.{operation}",
            "X-Amz-Date: 20260101T000000Z",
            f"Authorization: AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/dynamodb/aws4_request, "
            "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
        )
        status, text = self.request("POST", headers=headers, body=json.dumps(body), port=port)
        if status != 200:
            raise RuntimeError(f"{operation}: {status} {text}")
        return json.loads(text)

    def wait_until_it_answers(self, port=8000):
        """Raises RuntimeError with its logs if it ends, or does not answer for minutes."""
        for _ in range(2 * LIMIT):
            if not self.is_running():
                raise RuntimeError(f"{self.name} ended with {self.exit_status()}: {self.logs()}")
            if self.request(port=port)[0] == 400:
                return self
            time.sleep(0.5)
        raise RuntimeError(f"{self.name} gives no answer: {self.logs()}")


class Storage:
    """Images and containers under `folder`; `end` removes all of it."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        os.makedirs(folder, exist_ok=True)
        self.environment = {
            **os.environ,
            "CONTAINERS_CONF": self._write("containers.conf", CONTAINERS_CONF),
            "CONTAINERS_STORAGE_CONF": self._write(
                "storage.conf", f'[storage]\ndriver="overlay"\ngraphroot="{folder}/root"\nrunroot="{folder}/run"\n'
            ),
            "BUILDAH_ISOLATION": "chroot",
            "TMPDIR": folder,
        }

    def _write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def podman(self, *words, check=True, **more):
        return run(["podman", *words], check=check, env=self.environment, **more)

    def has_image(self, name):
        return self.podman("image", "exists", name, check=False).returncode == 0

    def make_base(self):
        """Debian's slim image from Debian's packages, since no registry of images is asked."""
        if self.has_image(BASE):
            return
        archive = os.path.join(self.folder, "base.tar")
        slim = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "info", "locale", "man")]
        slim.append("--dpkgopt=path-include=/usr/share/doc/*/copyright")
        # Fewer syncs, because this folder is not needed after a crash. A mirror may fail once, also for what is built on it.
        options = ["--variant=minbase", "--dpkgopt=force-unsafe-io", '--aptopt=Acquire::Retries "5"', *slim]
        run(["mmdebstrap", *options, "bookworm", archive, *debian_sources()], timeout=1800)
        self.podman("import", archive, BASE)
        os.remove(archive)

    def build(self, target, tag, arguments=()):
        """Builds the Dockerfile, with this machine's ccache if it has one. Requires: make_base."""
        words = ["buildah", "bud", "--isolation", "chroot", "--layers", "--format", "docker", "--pull-never", "--ulimit", "nofile=4096:4096"]
        words += ["--file", os.path.join(ROOT, "docker", "Dockerfile"), "--tag", tag]
        if target:
            words += ["--target", target]
        if shutil.which("ccache"):
            cache = run(["ccache", "--get-config", "cache_dir"]).stdout.strip()
            os.makedirs(cache, exist_ok=True)
            # The variables that ccache's keys have in them.
            locale = [f"{name}={os.environ[name]}" for name in ("LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES") if name in os.environ]
            words += ["--volume", f"{cache}:/root/.cache/ccache", "--build-arg", "BUILD_PACKAGES=ccache"]
            words += ["--build-arg", f"BUILD_ENVIRONMENT={' '.join(locale)}"]
        started = time.monotonic()
        run([*words, ROOT], timeout=3000, env=self.environment)
        print(f"{tag}: built in {time.monotonic() - started:.0f} s", flush=True)

    def start(self, image, *command, options=()):
        """A container in the background with a network of its own that has nothing but a loopback."""
        self.count += 1
        name = f"proof-{os.getpid()}-{self.count}"
        self.podman("run", "--detach", "--name", name, "--network", "none", *options, image, *command)
        return Container(self, name)

    def remove_containers(self):
        self.podman("rm", "--all", "--force", "--time", "0", "--volumes", check=False)

    def end(self):
        self.remove_containers()
        self.podman("volume", "rm", "--all", "--force", check=False)
        for mounted in ("root/overlay", "root/overlay-containers", "run"):
            run(["umount", "--recursive", "--lazy", os.path.join(self.folder, mounted)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def temporary_folder():
    # Not under /tmp where that is in memory: a gigabyte comes together.
    return tempfile.mkdtemp(prefix="dynarock-proof-", dir="/var/tmp")
