"""Meshes as files, and for other programs."""

import numpy as np
import pytest
from conftest import required

import groma


@pytest.fixture(scope="module")
def mesh(city_store):
    return groma.MeshStore(city_store).merge()


@pytest.mark.parametrize("extension", ["vtu", "ply", "obj", "stl", "glb"])
def test_every_format_is_written(mesh, tmp_path, extension):
    path = tmp_path / f"city.{extension}"
    mesh.save(path)
    assert path.stat().st_size > 10 * mesh.num_faces
    if extension in ("vtu", "ply"):
        again = groma.Mesh.load(path)
        assert np.array_equal(again.vertices, mesh.vertices) and np.array_equal(again.faces, mesh.faces)
        assert np.array_equal(again.markers, mesh.markers) and again.buildings == mesh.buildings
    bare = tmp_path / f"bare.{extension}"
    groma.Mesh(mesh.vertices, mesh.faces).save(bare)
    assert bare.exists()


def test_a_file_that_cannot_be_is_refused_and_none_appears(mesh, tmp_path):
    with pytest.raises(groma.InvalidArgumentError, match=r"\.vtu, \.ply, \.obj, \.stl or \.glb"):
        mesh.save(tmp_path / "city.xyz")
    with pytest.raises(FileNotFoundError) as caught:
        mesh.save(tmp_path / "none" / "city.ply")
    assert caught.value.errno and caught.value.filename
    assert str(caught.value).startswith("cannot create") and "None" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_meshio_reads_what_was_written_and_what_is_handed_over(mesh, tmp_path):
    meshio = required("meshio")
    mesh.save(tmp_path / "city.vtu")
    read = meshio.read(tmp_path / "city.vtu")
    assert np.array_equal(read.points, mesh.vertices)
    assert np.array_equal(read.cells_dict["triangle"], mesh.faces)
    assert np.array_equal(read.cell_data["markers"][0], mesh.markers)
    mesh.save(tmp_path / "city.ply", markers=False)
    assert np.array_equal(meshio.read(tmp_path / "city.ply").points, mesh.vertices)
    handed = mesh.to_meshio()
    assert np.array_equal(handed.cells_dict["triangle"], read.cells_dict["triangle"])
    assert np.array_equal(handed.cell_data["markers"][0], mesh.markers)


def test_the_merge_of_nothing_can_be_read(tmp_path):
    empty = groma.merge_meshes([])
    assert (empty.num_vertices, empty.num_faces, len(empty)) == (0, 0, 0)
    assert groma.SharedMeshStore().merge().num_faces == 0
    for extension in ("vtu", "ply", "obj", "stl", "glb"):
        empty.save(tmp_path / f"empty.{extension}")
    meshio = required("meshio")
    for extension in ("vtu", "ply"):
        read = meshio.read(tmp_path / f"empty.{extension}")
        assert len(read.points) == 0 and all(len(cells.data) == 0 for cells in read.cells if cells.type == "triangle")


def test_trimesh(mesh, tmp_path):
    trimesh = required("trimesh")
    handed = mesh.to_trimesh()
    assert np.array_equal(handed.vertices, mesh.vertices) and np.array_equal(handed.faces, mesh.faces)
    assert np.array_equal(handed.face_attributes["markers"], mesh.markers)
    mesh.save(tmp_path / "city.ply")
    assert len(trimesh.load(tmp_path / "city.ply", process=False).faces) == mesh.num_faces


def test_pyvista(mesh):
    required("pyvista")
    handed = mesh.to_pyvista()
    assert (handed.n_points, handed.n_cells) == (mesh.num_vertices, mesh.num_faces)
    assert np.array_equal(handed.cell_data["markers"], mesh.markers)


def test_dtcc(mesh, monkeypatch):
    """DTCC Core cannot be installed from the index: a class of its name and fields stands for it."""
    import sys
    from types import ModuleType, SimpleNamespace

    model = ModuleType("dtcc_core.model")
    model.Mesh = lambda **fields: SimpleNamespace(**fields)
    monkeypatch.setitem(sys.modules, "dtcc_core", ModuleType("dtcc_core"))
    monkeypatch.setitem(sys.modules, "dtcc_core.model", model)
    handed = mesh.to_dtcc()
    assert handed.faces.dtype == np.int64 and np.array_equal(handed.faces, mesh.faces)
    assert np.array_equal(handed.vertices, mesh.vertices) and np.array_equal(handed.markers, mesh.markers)


def test_a_hole_is_found(mesh):
    assert mesh.check().sound
    holed = mesh.submesh(np.arange(mesh.num_faces) != mesh.num_faces // 2)
    checked = holed.check()
    assert not checked.sound and checked.open_inner_edges["edges"] == 3
    assert "NOT SOUND" in str(checked)


def test_a_picture(mesh, tmp_path):
    mesh.preview(tmp_path / "city.png", width=200, view="top")
    assert (tmp_path / "city.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(groma.InvalidArgumentError, match="view"):
        mesh.preview(tmp_path / "city.png", view="below")
    with pytest.raises(groma.InvalidArgumentError, match=r"city\.jpg; accepted: .*\.png"):
        mesh.preview(tmp_path / "city.jpg", width=200)
    assert not (tmp_path / "city.jpg").exists()


def test_arrays_of_the_right_type_are_not_copied():
    vertices = np.zeros((3, 3))
    faces = np.zeros((1, 3), dtype=np.uint32)
    mesh = groma.Mesh(vertices, faces)
    assert mesh.vertices is vertices and mesh.faces is faces
    assert groma.Mesh(vertices.tolist(), faces.tolist()).faces.dtype == np.uint32


@pytest.mark.parametrize("markers", [[1.5, 2.0], [2**40, 1], [np.nan, 1.0], ["a", "b"]])
def test_markers_are_whole_numbers_of_32_bits(markers):
    vertices, faces = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], [[0, 1, 2], [1, 3, 2]]
    with pytest.raises(groma.InvalidArgumentError, match="32 bits"):
        groma.Mesh(vertices, faces, markers)
