"""Other quality meshers on the domain that groma meshes: python3 meshers.py triangle|gmsh DOMAIN

DOMAIN is JSON: points [[x, y], ...] and edges [[a, b], ...], the cleaned footprints and the border. Prints what the run took and
the angles of the triangles, as JSON. Reading, building the mesher's input and looking at the result are not counted.

pip install triangle gmsh numpy
"""

import json
import sys
import time

import numpy

MIN_ANGLE = 25
# The area of a triangle of groma's lattice on open ground, and its edge.
MAX_AREA = 43.3
EDGE = 10.0


def with_triangle(points, edges):
    import triangle

    domain = {"vertices": points, "segments": edges}
    started = time.process_time()
    mesh = triangle.triangulate(domain, f"pq{MIN_ANGLE}a{MAX_AREA}")
    return time.process_time() - started, mesh["vertices"], mesh["triangles"]


def with_gmsh(points, edges):
    import gmsh

    gmsh.initialize()
    gmsh.option.setNumber("General.Terminal", 0)
    gmsh.option.setNumber("General.NumThreads", 1)
    gmsh.option.setNumber("Mesh.Algorithm", 5)  # Delaunay
    gmsh.option.setNumber("Mesh.MeshSizeMax", EDGE)
    geo = gmsh.model.geo
    for n, (x, y) in enumerate(points):
        geo.addPoint(x, y, 0, EDGE, n + 1)
    low, high = points.min(axis=0), points.max(axis=0)
    ends = points[edges]
    border = ((ends == low) | (ends == high)).all(axis=1).any(axis=1)
    lines = [geo.addLine(a + 1, b + 1) for a, b in edges.tolist()]
    lines = numpy.array(lines)
    loop = geo.addCurveLoop(lines[border].tolist(), reorient=True)
    surface = geo.addPlaneSurface([loop])
    geo.synchronize()
    gmsh.model.mesh.embed(1, lines[~border].tolist(), 2, surface)
    started = time.process_time()
    gmsh.model.mesh.generate(2)
    cpu = time.process_time() - started
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    place = numpy.zeros(int(tags.max()) + 1, dtype=int)
    place[tags] = numpy.arange(len(tags))
    _, nodes = gmsh.model.mesh.getElementsByType(2)
    gmsh.finalize()
    return cpu, coordinates.reshape(-1, 3)[:, :2], place[nodes].reshape(-1, 3)


def smallest_angles(vertices, triangles):
    corners = vertices[triangles]
    sides = numpy.stack([((corners[:, i] - corners[:, (i + 1) % 3]) ** 2).sum(axis=1) for i in range(3)], axis=1)
    sides.sort(axis=1)
    cosine = (sides[:, 1] + sides[:, 2] - sides[:, 0]) / (2 * numpy.sqrt(sides[:, 1] * sides[:, 2]))
    return numpy.degrees(numpy.arccos(numpy.minimum(cosine, 1)))


def main():
    mesher, path = sys.argv[1:]
    with open(path) as file:
        domain = json.load(file)
    points, edges = numpy.array(domain["points"], dtype=float), numpy.array(domain["edges"], dtype=int)
    cpu, vertices, triangles = {"triangle": with_triangle, "gmsh": with_gmsh}[mesher](points, edges)
    angles = smallest_angles(numpy.asarray(vertices), numpy.asarray(triangles))
    print(
        json.dumps(
            {
                "cpu": cpu,
                "plane": len(angles),
                "under_25": int((angles < 25 - 1e-9).sum()),
                "under_20": int((angles < 20 - 1e-9).sum()),
                "under_10": int((angles < 10 - 1e-9).sum()),
                "min_angle": float(angles.min()),
            }
        )
    )


if __name__ == "__main__":
    main()
