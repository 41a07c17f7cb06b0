"""Mapped arrays, and arrays that show mapped files."""

import gc
import os
import sys

import numpy as np
import pytest

import groma


def address(array):
    return array.__array_interface__["data"][0]


def mapping_of(array):
    """Return the file whose mapping an array's memory lies in."""
    at = address(array)
    with open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            span, *rest = line.split(maxsplit=5)
            start, end = (int(edge, 16) for edge in span.split("-"))
            if start <= at < end:
                assert at + array.nbytes <= end
                return rest[4].strip() if len(rest) == 5 else None
    return None


linux = pytest.mark.skipif(sys.platform != "linux", reason="addresses are looked up in /proc, which Linux has")


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "vertices.mmap"
    array = groma.MemoryMappedMeshArray(filepath=str(path), shape=(1000, 3), dtype="float64")
    assert array.shape == (1000, 3) and len(array) == 1000 and not array.array.any()
    some = np.random.default_rng(1).random((100, 3))
    array[0:100] = some
    array.flush()
    assert np.array_equal(array[0:100], some)
    array.close()
    with pytest.raises(ValueError, match="closed"):
        array[0]
    with groma.MemoryMappedMeshArray(path, mode="r") as again:
        assert np.array_equal(again[:100], some) and again.dtype == np.float64
        with pytest.raises(ValueError, match="read-only"):
            again[0] = 1.0
    with groma.MemoryMappedMeshArray(path, (1000, 3), mode="r+") as again:
        again[999, 2] = 7.0
    assert groma.MemoryMappedMeshArray(path, mode="r")[999, 2] == 7.0


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "uint32", "int64", "uint64", "uint8"])
def test_every_type(tmp_path, dtype):
    with groma.MemoryMappedMeshArray(tmp_path / "a", 5, dtype) as array:
        array[:] = np.arange(5)
        assert array.dtype == dtype and np.asarray(array).tolist() == [0, 1, 2, 3, 4]


def test_what_cannot_be_is_refused(tmp_path):
    groma.MemoryMappedMeshArray(tmp_path / "a", (4,)).close()
    for arguments, message in [
        (((4,), "complex128"), "dtype is complex128"),
        (((1,) * 5,), "1 to 4 dimensions"),
        ((None,), "shape is missing"),
        (((5,), "float64", "r"), r"accepted: \(4,\)"),
        (((4,), "float32", "r"), "of type float64"),
        (((4,), "float64", "a"), "mode is 'a'"),
    ]:
        with pytest.raises(groma.InvalidArgumentError, match=message):
            groma.MemoryMappedMeshArray(tmp_path / "a", *arguments)
    (tmp_path / "b").write_text("other")
    with pytest.raises(groma.BadFormatError, match="accepted"):
        groma.MemoryMappedMeshArray(tmp_path / "b", mode="r")


@linux
def test_a_mapped_array_is_shown_without_a_copy(tmp_path):
    array = groma.MemoryMappedMeshArray(tmp_path / "a", (10, 3))
    assert mapping_of(array.array) == str(tmp_path / "a")
    view = array.array[2:4]
    array.close()
    gc.collect()
    view[:] = 3.0
    assert mapping_of(view) == str(tmp_path / "a")
    with groma.MemoryMappedMeshArray(tmp_path / "a", mode="r") as again:
        assert again[2:4].tolist() == [[3.0] * 3] * 2


@linux
def test_tiles_are_shown_without_a_copy(city_store):
    store = groma.MeshStore(city_store)
    name = store.list_tiles()[0]
    mesh = store.get_tile(name)
    file = os.path.join(city_store, f"tile-{name}.bin")
    for array in (mesh.vertices, mesh.faces, mesh.markers):
        assert mapping_of(array) == file
        assert not array.flags.owndata and not array.flags.writeable
        with pytest.raises(ValueError):
            array.setflags(write=True)
    # The arrays of two meshes of one tile are different mappings of one file; those of one mesh are one.
    again = store.get_tile(name)
    assert address(again.vertices) != address(mesh.vertices)
    assert np.array_equal(again.vertices, mesh.vertices)


@linux
def test_an_array_keeps_its_tile_mapped(triangle):
    store = groma.SharedMeshStore()
    store.add_tile(0, (0, 0, 1, 1), *triangle)
    vertices, faces, _ = store.get_tile(0)
    part = vertices[1:]
    store.clear()
    del store, vertices
    gc.collect()
    assert mapping_of(part).endswith("(deleted)")
    assert part.tolist() == triangle[0][1:].tolist() and faces.tolist() == [[0, 1, 2]]


def test_answers_are_shown_without_a_copy(walks):
    found = groma.Dataset(walks).query_radius(3, (0, 0, 0), 400)
    samples = found.samples
    assert address(samples) == address(found.samples) and not samples.flags.owndata
    expected = samples.copy()
    del found
    gc.collect()
    assert np.array_equal(samples, expected)
