"""A warning keeps no user from building, and does not pass CI: builds a file with a planted warning both ways, with the
options that every target of ours has. Also: what ships is what is tested, so a release build keeps its asserts."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROJECT = f"""cmake_minimum_required(VERSION 3.25)
project(planted LANGUAGES CXX)
include({ROOT}/cmake/Skyn3tOptions.cmake)
add_library(planted STATIC planted.cpp)
target_link_libraries(planted PRIVATE skyn3t_options)
"""
PLANTED = "int planted(int value) { int unused = 1; return value; }\n"
ASSERTS = "#ifdef NDEBUG\n#error asserts are off\n#endif\n"


def builds(folder, *options):
    build = folder / "build"
    subprocess.run(["cmake", "-S", folder, "-B", build, "-G", "Ninja", *options], check=True, capture_output=True)
    done = subprocess.run(["cmake", "--build", build], capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def release_flags():
    import json
    presets = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
    variables = next(p for p in presets if p["name"] == "release")["cacheVariables"]
    return [f"-D{key}={value}" for key, value in variables.items()]


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    (folder / "CMakeLists.txt").write_text(PROJECT)
    (folder / "planted.cpp").write_text(PLANTED + ASSERTS)
    as_users, output = builds(folder, *release_flags())
    if not as_users or "unused" not in output:
        sys.exit("a warning stops a user's build, or is not shown:\n" + output)
    in_ci, output = builds(folder, *release_flags(), "-DSKYN3T_WERROR=ON")
    if in_ci or "unused" not in output:
        sys.exit("CI takes a warning:\n" + output)
if "SKYN3T_WERROR=ON" not in (ROOT / ".ci/run").read_text():
    sys.exit(".ci/run does not ask for SKYN3T_WERROR")
