#!/usr/bin/env python3
# Checks that includes run one way (design: "dependencies run one way; nothing includes upwards")
# and that each library is used only in the folders that exist to hide it.
import re
import sys

from sources import files, finish, lines

# What a folder may include beside itself: a folder (ends with /) or a single header.
FOLDERS = {
    "config/": [],
    "metrics/": ["metrics/exposition/", "metrics/live/", "metrics/ledger/"],
    "metrics/exposition/": ["metrics/"],
    "metrics/live/": ["metrics/", "metrics/exposition/"],
    "metrics/ledger/": ["metrics/", "metrics/live/"],
    "exporter/api/": [],
    "exporter/api/net/": ["exporter/api/", "exporter/threads/", "config/"],
    "exporter/collectors/": ["exporter/api/", "metrics/", "metrics/live/", "metrics/ledger/",
                             "config/"],
    "exporter/poll/": ["metrics/ledger/interval.hpp"],
    # The ground floor: what several floors need has its one home there.
    "exporter/threads/": ["config/secret.hpp"],
    "exporter/logging/": ["metrics/utf8.hpp"],
    "exporter/web/": ["exporter/threads/", "metrics/exposition/", "config/"],
    "exporter/commands/": ["config/", "metrics/", "exporter/web/byte_stream.hpp",
                           "exporter/web/guard.hpp", "exporter/web/listen_address.hpp",
                           "exporter/web/tls_context.hpp"],
    "exporter/operation/": ["config/", "metrics/", "metrics/exposition/", "metrics/live/",
                            "metrics/ledger/", "exporter/api/", "exporter/api/net/",
                            "exporter/collectors/", "exporter/poll/", "exporter/threads/",
                            "exporter/logging/"],
    # app wires the others, and main chooses between app and commands.
    "exporter/app/": ["config/", "metrics/", "metrics/exposition/", "metrics/live/",
                      "metrics/ledger/", "exporter/api/", "exporter/api/net/",
                      "exporter/collectors/", "exporter/poll/", "exporter/threads/",
                      "exporter/logging/", "exporter/operation/", "exporter/web/"],
    "exporter/": ["exporter/app/", "exporter/commands/"],
    # The simulator judges the exporter, so it shares nothing with it.
    "tests/simulator/": [],
}

# Where a library may be included, by the beginning of its headers' names.
LIBRARIES = {
    "yaml-cpp/": ["config/"],
    "sqlite3.h": ["metrics/ledger/", "tests/unit/ledger/"],
    "prometheus/": ["metrics/", "exporter/app/", "tests/unit/", "tests/bench/peers/"],
    "boost/json": ["exporter/api/", "exporter/web/", "tests/"],
    "boost/url": ["config/", "exporter/web/", "tests/"],
    "boost/asio": ["exporter/api/net/", "exporter/threads/", "exporter/operation/", "exporter/web/", "exporter/app/",
                   "exporter/commands/", "exporter/asio.cpp", "tests/"],
    # Beast is slow to compile: these files only.
    "boost/beast": ["exporter/api/net/beast_connection.hpp", "exporter/api/net/beast_response.hpp",
                    "exporter/api/net/beast_transport.cpp", "exporter/api/net/network_errors.cpp",
                    "exporter/web/answer.cpp", "exporter/web/negotiation.cpp",
                    "exporter/web/socket_stream.hpp", "exporter/web/request_reader.cpp",
                    "exporter/web/request_reader.hpp", "exporter/web/tls_stream.cpp",
                    "exporter/asio.cpp", "tests/"],
    # Asio over TLS more than anything: one file of the client's, one of the server's.
    "boost/asio/ssl.hpp": ["exporter/api/net/beast_connection.hpp", "exporter/web/tls_stream.cpp",
                           "exporter/asio.cpp", "tests/"],
    "openssl/": ["config/certificates.cpp", "exporter/api/net/", "exporter/collectors/privacy.cpp",
                 "exporter/web/client_certificates.cpp", "exporter/web/credentials.cpp",
                 "exporter/web/password_check.cpp", "exporter/web/tls_context.cpp",
                 "exporter/web/tls_stream.cpp", "tests/"],
    "crypt.h": ["exporter/web/password_check.cpp"],
    "zlib.h": ["exporter/api/net/inflater.cpp", "metrics/exposition/packing.cpp", "tests/"],
    "isa-l/": ["metrics/exposition/packing.cpp", "tests/"],
    "zstd.h": ["metrics/exposition/packing.cpp", "tests/"],
    "protozero/": ["metrics/exposition/", "tests/"],
    "spdlog/": ["exporter/logging/log.cpp"],
    "CLI/": ["exporter/app/options.cpp", "tests/simulator/main.cpp", "tests/bench/load.cpp"],
    "utf8proc.h": ["metrics/", "config/"],
}

INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')


def folder_of(path):
    return path[:path.rfind("/") + 1]


def within(path, places):
    """Whether path is one of the files of places or lies anywhere below one of their folders."""
    return any(path == place or place.endswith("/") and path.startswith(place) for place in places)


def wrong_folder(path, header):
    here = folder_of(path)
    allowed = FOLDERS.get(here)
    if allowed is None:
        if path.startswith("tests/"):  # tests may look at everything
            return None
        return f"the folder {here} is not known to tests/style/include_direction.py"
    if folder_of(header) == here or folder_of(header) in allowed or header in allowed:
        return None
    return f"{here} must not include {header}"


def cycles(graph):
    """Headers that include themselves over others; #pragma once would hide them."""
    found, done = [], set()

    def visit(header, way):
        if header in way:
            found.append(" -> ".join(way[way.index(header):] + [header]))
        elif header not in done:
            for included in sorted(graph.get(header, [])):
                visit(included, way + [header])
            done.add(header)

    for header in sorted(graph):
        visit(header, [])
    return found


def check(root):
    problems, graph = [], {}
    for path in files(root, ".cpp", ".hpp"):
        for number, line in enumerate(lines(root, path), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            header = match[2]
            wrong = None
            if match[1] == '"':
                wrong = wrong_folder(path, header)
                if path.endswith(".hpp"):
                    graph.setdefault(path, set()).add(header)
            else:
                for library, places in LIBRARIES.items():
                    if header.startswith(library) and not within(path, places):
                        wrong = f"<{header}> belongs only in {', '.join(places)}"
            if wrong:
                problems.append(f"{path}:{number}: {wrong}")
    return problems + [f"headers include each other: {cycle}" for cycle in cycles(graph)]


if __name__ == "__main__":
    finish(check(sys.argv[1]))
