"""Build the committed style sheet: the kit (needs npm) and, always, the one file that pages link.

    python -m tools.vendor.build          the kit anew, then the style sheet (`make vendor`)
    python -m tools.vendor.build --style  only the style sheet, after an edit in finder/web/styles/

Nothing here is needed to install, run or test; a test checks that the committed files are what this
makes, byte for byte.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
WEB = HERE.parent.parent / "finder" / "web"
STYLES = WEB / "styles"
STATIC = WEB / "static"
KIT = STATIC / "vendor" / "govuk"
PACKAGE = "govuk-frontend"


def kit() -> None:
    """Compile the component subset with Sass and note name, version, licence and hashes beside it."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json", ".npmrc", "kit.scss"):
            shutil.copy(HERE / name, work)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=work, check=True)
        modules = work / "node_modules"
        sass = [modules / ".bin" / "sass", "--style=compressed", "--no-source-map", "--no-charset"]
        command = [*sass, f"--load-path={modules}", "kit.scss", "kit.css"]
        subprocess.run(command, cwd=work, check=True)
        KIT.mkdir(parents=True, exist_ok=True)
        shutil.copy(work / "kit.css", KIT / "govuk.css")
        shutil.copy(HERE / f"LICENSE-{PACKAGE}.txt", KIT / "LICENSE.txt")
        about = json.loads((modules / PACKAGE / "package.json").read_text())
        tools = json.loads((HERE / "package.json").read_text())["devDependencies"]
    manifest = {
        "name": about["name"],
        "version": about["version"],
        "licence": about["license"],
        "repository": about["repository"]["url"],
        "built_with": {name: version for name, version in tools.items() if name != PACKAGE},
        "built_from": {"tools/vendor/kit.scss": sha256(HERE / "kit.scss")},
        "files": {name: sha256(KIT / name) for name in ("LICENSE.txt", "govuk.css")},
    }
    (KIT / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def sha256(file: Path) -> str:
    """The hash of a file, in hex."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def smaller(css: str) -> str:
    """The same rules without comments and without space that means nothing."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    css = re.sub(r"([a-z-]): ", r"\1:", css)
    return css.replace(";}", "}").strip()


def style() -> str:
    """The kit, then our own layers in the order of their names."""
    layers = [smaller(file.read_text()) for file in sorted(STYLES.glob("*.css"))]
    return "".join([(KIT / "govuk.css").read_text().strip(), *layers]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--style", action="store_true", help="only the style sheet, without npm")
    if not parser.parse_args().style:
        kit()
    (STATIC / "site.css").write_text(style())


if __name__ == "__main__":
    main()
