"""The house holds: imports point cli -> web -> search -> hallway and cli -> ingest -> hallway."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "finder"
FILES = sorted(PACKAGE.rglob("*.py"))
MAY_IMPORT = {
    "hallway": {"hallway"},
    "search": {"search", "hallway"},
    "ingest": {"ingest", "hallway"},
    "web": {"web", "search", "hallway"},
    "cli": {"cli", "web", "search", "ingest", "hallway"},
}
HOMES = {
    "click": ("finder/cli.py", "finder/cli_"),
    "elasticsearch": ("finder/search/elastic.py",),
    "elastic_transport": ("finder/search/elastic.py",),
    "flask": ("finder/web/",),
    "ftfy": ("finder/ingest/normalize.py",),
    "geopy": ("finder/ingest/geocode.py", "finder/ingest/census.py"),
    "gunicorn": ("finder/web/serve.py",),
    "jinja2": ("finder/web/",),
    "markupsafe": ("finder/web/",),
    "numpy": ("finder/search/embedded/",),
    "opening_hours": ("finder/hours.py",),
    "openpyxl": ("finder/ingest/sources/",),
    "phonenumbers": ("finder/ingest/normalize.py",),
    "resvg_py": ("finder/web/share.py",),
    "requests": ("finder/ingest/fetch.py",),
    "scourgify": ("finder/ingest/normalize.py",),
    "selectolax": ("finder/ingest/htmlblocks.py",),
    "tldextract": ("finder/ingest/",),
    "tqdm": ("finder/cli.py",),
    "url_normalize": ("finder/ingest/normalize.py",),
    "protego": ("finder/ingest/fetch.py",),
    "urllib3": ("finder/ingest/fetch.py", "finder/ingest/publicnet.py"),
    "usaddress": ("finder/ingest/normalize.py",),
    "werkzeug": ("finder/web/",),
}
HOMES_OF_OUR_OWN_DATA = {"sqlite3": ("finder/inbox.py",)}
ANYWHERE = {"finder", "pydantic", "pydantic_core", "rapidfuzz"}


def name_of(file: Path) -> str:
    return str(file.relative_to(PACKAGE.parent))


def room_of(module: str) -> str:
    parts = module.split(".")
    if len(parts) > 1 and parts[1] in {"ingest", "search", "web"}:
        return parts[1]
    is_command = parts[1:2] in (["cli"], ["__main__"]) or "".join(parts[1:2]).startswith("cli_")
    return "cli" if is_command else "hallway"


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            base = node.module or ""
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names if base == "finder")


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_point_one_way(file: Path) -> None:
    room = room_of(".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts))
    for module in imports(ast.parse(file.read_text())):
        if module.split(".")[0] == "finder" and module != "finder":
            target = room_of(module)
            assert target in MAY_IMPORT[room], f"{room} must not import {module}"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_each_outside_library_has_one_home(file: Path) -> None:
    name = name_of(file)
    for module in imports(ast.parse(file.read_text())):
        library = module.split(".")[0]
        if library in HOMES_OF_OUR_OWN_DATA:
            assert name.startswith(HOMES_OF_OUR_OWN_DATA[library]), f"{library} is not at home in {name}"
        if library in sys.stdlib_module_names or library in ANYWHERE:
            continue
        assert name.startswith(HOMES.get(library, ())), f"{library} is not at home in {name}"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_stays_within_300_lines_and_five_parameters(file: Path) -> None:
    text = file.read_text()
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and not is_command(node):
            names = [
                arg.arg for arg in (*node.args.posonlyargs, *node.args.args) if arg.arg not in {"self", "cls"}
            ]
            assert len(names) <= 5, f"{node.name} wants a noun"


def is_command(node: ast.FunctionDef) -> bool:
    return any("command" in ast.unparse(decorator) for decorator in node.decorator_list)


def test_97_in_100_functions_stay_within_40_lines() -> None:
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
    ]
    assert sum(length <= 40 for length in lengths) / len(lengths) >= 0.97


def test_the_product_loads_without_elasticsearch_and_search_without_ingest() -> None:
    script = (
        "import sys; sys.modules['elasticsearch'] = None; sys.modules['elastic_transport'] = None\n"
        "import finder.cli, finder.web, finder.search.embedded\n"
        "assert not [name for name in sys.modules if name.startswith('finder.ingest')]"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
