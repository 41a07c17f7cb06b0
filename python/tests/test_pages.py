"""The pages say what is true: every example of them, and of the docstrings, runs."""

import ast
import doctest
import importlib
import importlib.metadata
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

import groma
from groma import _groma

MODULES = [module.name for module in pkgutil.iter_modules(groma.__path__) if module.name != "_groma"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(name, tmp_path, walks, city_store, city_files, city_folder):
    if int(np.__version__.split(".")[0]) < 2:
        pytest.skip("numpy 2 writes numbers as the examples show them")
    names = {"groma": groma, "tmp": tmp_path, "walks": walks, "city_store": city_store}
    names.update(city_files=city_files, city_folder=city_folder)
    module = importlib.import_module(f"groma.{name}")
    result = doctest.testmod(module, extraglobs=names, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


def blocks(page):
    """The Python of a page, block by block."""
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_tutorial(tmp_path, monkeypatch):
    from conftest import required

    for module in ("pandas", "meshio", "shapely", "geopandas"):
        required(module)
    monkeypatch.chdir(tmp_path)
    names = {}
    found = blocks(ROOT / "docs" / "python.md")
    assert len(found) > 8
    for number, block in enumerate(found):
        exec(compile(block, f"docs/python.md, block {number}", "exec"), names)
    assert (tmp_path / "crowd.png").exists()
    # The page's picture is the one that it makes.
    assert (tmp_path / "town.png").read_bytes() == (ROOT / "docs" / "python-town.png").read_bytes()


@pytest.mark.parametrize("page", ["README.md", "python/README.md"])
def test_the_python_of_the_readmes(page, tmp_path, monkeypatch, city_files, walks):
    monkeypatch.chdir(tmp_path)
    for path in city_files.values():
        (tmp_path / Path(path).name).write_bytes(Path(path).read_bytes())
    found = blocks(ROOT / page)
    assert found
    for number, block in enumerate(found):
        exec(compile(block, f"{page}, block {number}", "exec"), {})


def test_the_package_is_typed():
    folder = Path(groma.__file__).parent
    assert (folder / "py.typed").exists()
    stub = ast.parse((folder / "_groma.pyi").read_text(encoding="utf-8"))
    declared = {}
    for node in stub.body:
        if isinstance(node, ast.ClassDef):
            declared[node.name] = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            declared[node.name] = None
        elif isinstance(node, ast.AnnAssign):
            declared[node.target.id] = None
    declared = {name: members for name, members in declared.items() if not name.startswith("_")}
    assert set(declared) == {name for name in vars(_groma) if not name.startswith("_")}
    for name, members in declared.items():
        if members is not None:
            there = {m for m in vars(getattr(_groma, name)) if not m.startswith("_") or m in ("__new__", "__len__")}
            there -= {"__new__"} if "__new__" not in members else set()
            assert members == there, name


def test_everything_public_is_documented():
    for name in groma.__all__:
        thing = getattr(groma, name)
        if callable(thing):
            assert thing.__doc__ and len(thing.__doc__) > 20, name
            for member, value in vars(thing).items() if isinstance(thing, type) else ():
                is_own = callable(value) and not member.startswith("_") and thing.__module__.startswith("groma")
                assert not is_own or value.__doc__, f"{name}.{member}"
    assert groma.__version__ == _groma.VERSION == importlib.metadata.version("groma")
