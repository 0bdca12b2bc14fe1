"""Which clients there are, and how each language makes one."""

import os
from collections.abc import Sequence

from tests.polyglot.toolchains import Folders, Step, Toolchain, protoc

CORES = str(os.cpu_count() or 1)

# Go: two plugins that go.mod names as tools. Nothing is linked with C, so that no C compiler is needed.
GO = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -buildvcs=false"}
GO_PLUGINS = ("google.golang.org/protobuf/cmd/protoc-gen-go", "google.golang.org/grpc/cmd/protoc-gen-go-grpc")


def _go_fetch(at: Folders) -> Sequence[Step]:
    return (Step(("go", "mod", "download"), GO), Step(("go", "build", "-o", "bin/", *GO_PLUGINS), GO))


def _go_build(at: Folders) -> Sequence[Step]:
    plugins = [f"--plugin={at.tools}/bin/{name.rpartition('/')[2]}" for name in GO_PLUGINS]
    return (
        protoc(*plugins, "--go_out=module=compactd:.", "--go-grpc_out=module=compactd:."),
        Step(("go", "build", "-o", "scenario", "."), GO | {"GOPROXY": "off"}),
    )


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


LANGUAGES = {
    language.name: language
    for language in (
        Toolchain(
            "go",
            programs=("go",),
            dependencies=("go.mod", "go.sum"),
            fetch=_go_fetch,
            build=_go_build,
            run=lambda at: (f"{at.program}/scenario",),
        ),
        Toolchain(
            "typescript",
            programs=("node", "npm"),
            dependencies=("package.json", "package-lock.json", ".npmrc"),
            fetch=_typescript_fetch,
            build=_typescript_build,
            run=lambda at: ("node", f"{at.program}/built/scenario.js"),
        ),
    )
}
