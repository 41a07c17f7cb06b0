"""Stores of tiles: what DTCC Core's own tests assert of its store, and what its users rely on."""

import gc
import multiprocessing
import pickle
import threading

import numpy as np
import pytest

import groma

BOUNDS = (0.0, 0.0, 1.0, 1.0)


def test_a_new_store_is_there_and_empty():
    store = groma.SharedMeshStore()
    assert store.store_file.exists()
    assert len(store.tile_metadata) == 0 and store.list_tiles() == [] and len(store) == 0
    store.clear()


def test_a_tile_comes_back(triangle):
    vertices, faces = triangle
    markers = np.array([1], dtype=np.int32)
    store = groma.SharedMeshStore()
    store.add_tile(0, BOUNDS, vertices, faces, markers)
    got = store.get_tile(0)
    for there, given in zip(got, (vertices, faces, markers)):
        assert np.array_equal(there, given)
    store.add_tile(1, BOUNDS, vertices, faces)
    assert store.get_tile(1)[2] is None


def test_tiles_are_numbers_in_numeric_order(triangle):
    store = groma.SharedMeshStore()
    for number in (10, 2, 0, 1):
        store.add_tile(number, BOUNDS, *triangle)
    assert store.list_tiles() == list(store) == [0, 1, 2, 10]
    assert 10 in store and np.int64(2) in store and 3 not in store and "0" not in store


def test_statistics(triangle):
    store = groma.SharedMeshStore()
    store.add_tile(0, BOUNDS, *triangle)
    store.add_tile(1, (1.0, 0.0, 2.0, 1.0), *triangle)
    assert store.get_total_stats() == {"num_tiles": 2, "total_vertices": 6, "total_faces": 2}


def test_metadata_keep_the_bounds_that_were_given(triangle):
    store = groma.SharedMeshStore()
    store.add_tile(3, (-5.0, -5.0, 5.0, 5.0), *triangle)
    store.add_tile(4, BOUNDS, *triangle)
    assert store.get_metadata(3) == groma.TileMetadata(3, (-5.0, -5.0, 5.0, 5.0), 3, 1, 0, 0)
    assert store.get_metadata(4) == groma.TileMetadata(4, BOUNDS, 3, 1, 3, 1)
    other = groma.SharedMeshStore.attach(store.store_file)
    assert other.get_metadata(3).bounds == BOUNDS


def test_a_store_is_cleared_and_taken_up_again(triangle):
    store = groma.SharedMeshStore()
    store.add_tile(0, BOUNDS, *triangle)
    store.clear()
    assert store.list_tiles() == [] and store.tile_metadata == {}
    store.add_tile(0, BOUNDS, *triangle)
    assert store.list_tiles() == [0]


def test_a_store_is_removed_when_it_is_no_longer_used(tmp_path, triangle):
    with groma.SharedMeshStore(temp_dir=tmp_path) as store:
        store.add_tile(0, BOUNDS, *triangle)
        folder = store.store_file
        assert folder.parent == tmp_path
    assert not folder.exists()
    with pytest.raises(FileNotFoundError, match="was deleted"):
        store.list_tiles()
    store = groma.SharedMeshStore(temp_dir=tmp_path)
    folder = store.store_file
    del store
    gc.collect()
    assert not folder.exists()


def test_a_store_stays_where_cleanup_is_off(tmp_path, triangle):
    with groma.SharedMeshStore(temp_dir=tmp_path, cleanup_on_delete=False) as store:
        store.add_tile(7, BOUNDS, *triangle)
        folder = store.store_file
    del store
    gc.collect()
    assert groma.SharedMeshStore.attach(folder).list_tiles() == [7]


def test_what_is_no_tile_is_refused(triangle):
    vertices, faces = triangle
    store = groma.SharedMeshStore()
    store.add_tile(0, BOUNDS, vertices, faces)
    for number, mesh, message in [
        (0, (vertices, faces), "which the store has"),
        (-1, (vertices, faces), "tile_id is -1"),
        (1, (vertices, [[0, 1, 3]]), "vertex 3"),
        (1, (vertices, [[0, 1, -1]]), "vertex -1"),
        (1, (vertices, [[0.5, 1.0, 2.0]]), "whole numbers"),
        (1, (vertices[:, :2], faces), r"shape \(3, 2\)"),
        (1, (vertices * np.nan, faces), "finite"),
        (1, (vertices, faces, [1, 2]), "markers are 2"),
        (True, (vertices, faces), "tile_id is True"),
    ]:
        with pytest.raises(groma.InvalidArgumentError, match=message):
            store.add_tile(number, BOUNDS, *mesh)
    for bounds in [(0, 0, 1), (1, 0, 0, 1), (0, 0, np.nan, 1), "edge", None]:
        with pytest.raises(groma.InvalidArgumentError, match="bounds"):
            store.add_tile(1, bounds, vertices, faces)
    assert store.list_tiles() == [0]
    for missing in (KeyError, FileNotFoundError, groma.GromaError):
        with pytest.raises(missing, match="no such tile"):
            store.get_tile(5)


def test_merges_of_one_two_and_four_tiles(triangle):
    vertices, faces = triangle
    for count in (1, 2, 4):
        store = groma.SharedMeshStore()
        for number in range(count):
            store.add_tile(number, BOUNDS, vertices + [2.0 * number, 0.0, 0.0], faces)
        mesh = store.merge(snap_distance=0.01)
        assert (mesh.num_vertices, mesh.num_faces, mesh.markers) == (3 * count, count, None)
        assert np.array_equal(mesh.vertices[:3], vertices)


def test_a_merge_welds_within_the_snap_distance(triangle):
    vertices, faces = triangle
    other = np.array([[1.004, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    meshes = [groma.Mesh(vertices, faces, [5]), groma.Mesh(other, faces, [6])]
    welded = groma.merge_meshes(meshes, snap_distance=0.01)
    assert (welded.num_vertices, welded.num_faces, welded.markers.tolist()) == (4, 2, [5, 6])
    assert groma.merge_meshes(meshes, snap_distance=0.001).num_vertices == 5
    assert groma.merge_meshes([meshes[0]] * 2).num_faces == 1


def test_threads_add_at_the_same_time(triangle):
    store = groma.SharedMeshStore()
    work = [threading.Thread(target=store.add_tile, args=(n, BOUNDS, *triangle)) for n in range(16)]
    [thread.start() for thread in work]
    [thread.join() for thread in work]
    assert store.list_tiles() == list(range(16))
    assert sorted(tile.vertex_offset for tile in store.tile_metadata.values()) == [3 * n for n in range(16)]


def _add(store, number, triangle):
    store.add_tile(number, BOUNDS, *triangle)


def test_processes_add_to_one_store(triangle):
    store = groma.SharedMeshStore()
    assert pickle.loads(pickle.dumps(store)).store_file == store.store_file
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(_add, [(store, number, triangle) for number in range(4)])
    assert store.list_tiles() == [0, 1, 2, 3]
    assert store.get_total_stats()["total_faces"] == 4
