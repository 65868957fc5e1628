# Build: docker build -t samsyn .
# Run:   docker run -v samsyn:/var/lib/samsyn -p 127.0.0.1:8000:8000 samsyn
#        docker run -v samsyn:/var/lib/samsyn --no-healthcheck samsyn worker
# Mount a settings file and name it in SAMSYN_CONFIG to have recipients and agencies.

FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock ./
# Every wheel is fetched with its locked hash; the steps after this one reach for nothing outside /wheels.
RUN pip wheel --require-hashes --no-deps --only-binary :all: --wheel-dir /wheels --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY gateway gateway
COPY adapters adapters
COPY mappings mappings
COPY schemas schemas
RUN pip wheel --no-index --find-links /wheels --no-deps --wheel-dir /wheels . \
 && python -m venv --without-pip /opt/samsyn \
 && pip --python /opt/samsyn install --no-index --find-links /wheels samsyn

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/samsyn --create-home --shell /usr/sbin/nologin samsyn
COPY --from=build /opt/samsyn /opt/samsyn
# The environment outweighs the settings file, so these three hold in every container.
ENV PATH=/opt/samsyn/bin:$PATH \
    SAMSYN_DATABASE=/var/lib/samsyn/samsyn.db \
    SAMSYN_HOST=0.0.0.0 \
    SAMSYN_PORT=8000
USER samsyn
WORKDIR /var/lib/samsyn
VOLUME /var/lib/samsyn
EXPOSE 8000
# For `serve`; a worker answers no requests, and is run with --no-healthcheck.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["python", "-c", \
  "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=8)"]
ENTRYPOINT ["samsyn"]
CMD ["serve"]
