"""The package as a user gets it: built into a wheel, installed in a clean environment in another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """`python` and `pushsvc` of the clean environment; `folder` is where commands run, away from the repository."""

    wheel: Path
    folder: Path
    python: Path
    pushsvc: Path

    def environment(self, **settings: str) -> dict[str, str]:
        """Nothing of ours leaks in: no PYTHONPATH, no PUSHSVC_ setting but the given ones."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PUSHSVC_", "PYTHON", "VIRTUAL_"))}
        return {**kept, **settings}

    def run(self, *command: str | Path, seconds: float = 60, **settings: str) -> str:
        """Run to the end and give stdout; a failure shows everything that was said."""
        done = subprocess.run(
            list(command), cwd=self.folder, env=self.environment(**settings), capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout


def install(folder: Path) -> Installed:
    """Build the wheel and install it. The locked dependencies are those of this environment, which came from the lock."""
    _python(REPOSITORY, sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"))
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    _python(folder, sys.executable, "-m", "pip", "-q", "--python", str(python), "install", "--no-deps", str(wheel))
    packages = next((folder / "venv" / "lib").glob("python*/site-packages"))
    # A .pth adds the dependencies' folder alone: the editable install there, itself a .pth, is not followed.
    (packages / "locked.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    (folder / "elsewhere").mkdir()
    return Installed(wheel, folder / "elsewhere", python, folder / "venv" / "bin" / "pushsvc")


def _python(folder: Path, *command: str) -> None:
    done = subprocess.run(list(command), cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
