# mcp-proof as an image: by default the mock, over HTTP on port 8000.
#
#     docker build -t mcp-proof/mock:dev .
#     docker run --rm -p 127.0.0.1:8000:8000 mcp-proof/mock:dev
#     docker run --rm -i mcp-proof/mock:dev mock everything --stdio
#     docker run --rm -p 127.0.0.1:8000:8000 -v "$PWD/weather.yaml:/contract.yaml:ro" \
#         mcp-proof/mock:dev mock /contract.yaml --host 0.0.0.0 --port 8000 --fault latency:ms=200
#
# With what `mcp-proof load` needs:
#
#     docker build -t mcp-proof/load:dev --build-arg LOCK=requirements-load.lock .
#
# Arguments and variables (MCP_PROOF_<OPTION>) are those of the command line.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
# For another index, or for none and a folder of wheels: pip reads them from its environment.
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
ARG PIP_FIND_LINKS
# The libraries: those of the mock, or also those of load runs.
ARG LOCK=requirements-image.lock
WORKDIR /src
COPY ${LOCK} ./
RUN python -m venv --without-pip /opt/mcp-proof \
    && python -m pip --python /opt/mcp-proof install --no-cache-dir --require-hashes \
        -r ${LOCK}
COPY . .
RUN python -m pip --python /opt/mcp-proof install --no-cache-dir --no-deps .

FROM ${BASE}
COPY --from=build /opt/mcp-proof /opt/mcp-proof
ENV PATH=/opt/mcp-proof/bin:${PATH} PYTHONUNBUFFERED=1
# A number, so that an orchestrator can tell that it is not root.
USER 65532:65532
WORKDIR /tmp
EXPOSE 8000
# Any answer will do: the mock is there, whatever faults it was given.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import http.client as c; h = c.HTTPConnection('127.0.0.1', 8000, timeout=2); h.request('GET', '/'); h.getresponse()"]
ENTRYPOINT ["mcp-proof"]
CMD ["mock", "everything", "--host", "0.0.0.0", "--port", "8000"]
