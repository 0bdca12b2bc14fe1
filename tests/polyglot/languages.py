"""Which clients there are, and how each language makes one."""

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.polyglot.toolchains import DESCRIPTORS, GENERATED, HERE, PLATFORM, ROOT, Folders, Step, Toolchain, protoc

# Go: two plugins that go.mod names as tools. Nothing is linked with C, so that no C compiler is needed; nothing is
# optimized, which takes a third of the time, as kustomize is not, whose standard library is then the same one. Nor is
# garbage looked for, which is a seventh of what is left.
GO = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -buildvcs=false", "GOGC": "off", "GOMEMLIMIT": "1GiB"}
GO_PLUGINS = ("google.golang.org/protobuf/cmd/protoc-gen-go", "google.golang.org/grpc/cmd/protoc-gen-go-grpc")


def _go_fetch(at: Folders) -> Sequence[Step]:
    return (Step(("go", "mod", "download"), GO),)


def _go_build(at: Folders) -> Sequence[Step]:
    offline = GO | {"GOPROXY": "off"}
    build = ("go", "build", "-gcflags=all=-N -l -dwarf=false", "-ldflags=-s -w")
    plugins = [f"--plugin=bin/{name.rpartition('/')[2]}" for name in GO_PLUGINS]
    return (
        Step((*build, "-o", "bin/", *GO_PLUGINS), offline),
        protoc(*plugins, "--go_out=module=compactd:.", "--go-grpc_out=module=compactd:."),
        Step((*build, "-o", "scenario", "."), offline),
    )


def _of(language: str, *names: str) -> Sequence[Path]:
    return [HERE / language / name for name in names]


# TypeScript: ts-proto writes code for grpc-js, and also of the details of errors, which grpc-js leaves as they came.
TS_PROTO = "outputServices=grpc-js,env=node,esModuleInterop=true,importSuffix=.js,forceLong=number"
ERROR_DETAILS = ("google/rpc/status.proto", "google/rpc/error_details.proto")


def _typescript_fetch(at: Folders) -> Sequence[Step]:
    return (Step(("npm", "ci", "--loglevel=error")),)


def _typescript_build(at: Folders) -> Sequence[Step]:
    installed = f"{at.tools}/node_modules"
    return (
        Step(("ln", "-s", installed, "node_modules")),
        Step(("mkdir", "gen")),
        protoc(
            f"--plugin={installed}/.bin/protoc-gen-ts_proto",
            "--ts_proto_out=gen",
            f"--ts_proto_opt={TS_PROTO}",
            *ERROR_DETAILS,
        ),
        Step((f"{installed}/.bin/tsc", "--project", ".")),
    )


# Java: protoc and its plugin are artifacts like any other, and javac is quick without Maven's plugins. What it compiles
# it compiles once: the second compiler of its machine would not be worth its time.
QUICK_JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
JAVAC = ("javac", *(f"-J{option}" for option in QUICK_JVM), "-proc:none", "-nowarn")
JAVA = ("java", *QUICK_JVM, "-cp")
MAVEN = ("mvn", "--quiet", "--batch-mode", "--no-transfer-progress", f"-Dplatform={PLATFORM}")


def _java_fetch(at: Folders) -> Sequence[Step]:
    quickly = {"MAVEN_OPTS": " ".join(QUICK_JVM)}
    copy = ("dependency:copy-dependencies", f"-DoutputDirectory={at.tools}/lib", "-Dmdep.stripVersion=true")
    return (
        Step((*MAVEN, *copy), quickly),
        Step(("chmod", "+x", _java_tool(at, "protoc"), _java_tool(at, "protoc-gen-grpc-java"))),
    )


def _java_build(at: Folders) -> Sequence[Step]:
    plugin = f"--plugin=protoc-gen-grpc-java={_java_tool(at, 'protoc-gen-grpc-java')}"
    return (
        Step(("mkdir", "gen")),
        protoc(plugin, "--java_out=gen", "--grpc-java_out=@generated=omit:gen", compiler=(_java_tool(at, "protoc"),)),
        Step((*JAVAC, "-cp", f"{at.tools}/lib/*", "-d", "classes", "-sourcepath", "gen", "Scenario.java")),
    )


def _java_tool(at: Folders, name: str) -> str:
    return f"{at.tools}/lib/{name}-{PLATFORM}.exe"


# Rust: the build script makes the code. Dependencies are built once for all versions of the program; they have exact
# versions and no lock, which would name the registry.
def _rust_fetch(at: Folders) -> Sequence[Step]:
    # Cargo wants a program before it looks at what one needs.
    return (
        Step(("mkdir", "src")),
        Step(("touch", "src/main.rs")),
        Step(("cargo", "fetch", "--quiet")),
    )


def _rust_build(at: Folders) -> Sequence[Step]:
    environment = {"CARGO_TARGET_DIR": f"{at.tools}/target", "DESCRIPTORS": str(DESCRIPTORS)}
    return (
        Step(("cp", f"{at.tools}/Cargo.lock", ".")),
        Step(("cargo", "build", "--quiet", "--offline", "--locked"), environment),
        Step(("cp", f"{at.tools}/target/debug/scenario", ".")),
    )


# Python: the client of this repository, built as it is published, and installed where nothing else of it is.
UV = (sys.executable, "-m", "uv")
CLIENT = ROOT / "service" / "client"


def _python_fetch(at: Folders) -> Sequence[Step]:
    install = (*UV, "pip", "install", "--quiet", "--python", "venv", "--constraints", "requirements.txt")
    return (
        Step((*UV, "venv", "--quiet", "--python", sys.executable, "venv")),
        Step((*install, "--requirements", "pyproject.toml")),
    )


def _python_build(at: Folders) -> Sequence[Step]:
    # The dependencies are linked, not fetched again; the check says that the client asks for no others.
    python = ("--python", "venv")
    build = ("build", "--quiet", "--offline", "--no-build-isolation", "--python", sys.executable, "--out-dir", "dist")
    return (
        Step(("cp", "-R", f"{at.tools}/venv", "venv")),
        Step((*UV, *build, str(CLIENT))),
        Step(("sh", "-c", 'exec "$@" dist/*.whl', "sh", *UV, "pip", "install", "--quiet", "--offline", *python)),
        Step((*UV, "pip", "check", "--quiet", *python)),
    )


LANGUAGES = {
    language.name: language
    for language in (
        Toolchain(
            "python",
            programs=(),
            dependencies=(CLIENT / "pyproject.toml", ROOT / "requirements.txt"),
            fetch=_python_fetch,
            build=_python_build,
            # Without the paths and the packages of whoever runs the tests.
            run=lambda at: (f"{at.program}/venv/bin/python", "-I", f"{at.program}/scenario.py"),
            beside=(CLIENT, GENERATED),
        ),
        Toolchain(
            "go",
            programs=("go",),
            dependencies=_of("go", "go.mod", "go.sum"),
            fetch=_go_fetch,
            build=_go_build,
            run=lambda at: (f"{at.program}/scenario",),
        ),
        Toolchain(
            "typescript",
            programs=("node", "npm"),
            dependencies=_of("typescript", "package.json", "package-lock.json", ".npmrc"),
            fetch=_typescript_fetch,
            build=_typescript_build,
            run=lambda at: ("node", f"{at.program}/built/scenario.js"),
        ),
        Toolchain(
            "rust",
            programs=("cargo",),
            dependencies=_of("rust", "Cargo.toml"),
            fetch=_rust_fetch,
            build=_rust_build,
            run=lambda at: (f"{at.program}/scenario",),
        ),
        Toolchain(
            "java",
            programs=("java", "javac", "mvn"),
            dependencies=_of("java", "pom.xml"),
            fetch=_java_fetch,
            build=_java_build,
            run=lambda at: (*JAVA, f"{at.program}/classes:{at.tools}/lib/*", "Scenario"),
        ),
    )
}
