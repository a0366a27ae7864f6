# syntax=docker/dockerfile:1
# One image for the application, its sender and its set-up; a second for nginx:
#   docker build --target web --tag handover .
#   docker build --target proxy --tag handover-proxy .
ARG PYTHON_IMAGE=python:3.13-slim-bookworm
ARG NGINX_IMAGE=nginx:1.28-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /opt/handover
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv .venv
COPY requirements.lock ./
RUN .venv/bin/python -m pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md gunicorn.conf.py ./
COPY migrations migrations
COPY src src
RUN .venv/bin/python -m pip install --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m compileall -q src

FROM ${PYTHON_IMAGE} AS web
# What backups call.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends age gnupg mariadb-client \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 handover \
    && useradd --system --uid 10001 --gid handover --home-dir /var/lib/handover --no-create-home handover \
    && install -d -o handover -g handover -m 0700 /var/lib/handover
WORKDIR /opt/handover
COPY --from=build /opt/handover /opt/handover
ENV PATH=/opt/handover/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    APP_ENV=production \
    INSTANCE_PATH=/var/lib/handover \
    BIND=0.0.0.0:8000 \
    WEB_THREADS=1 \
    TRUSTED_PROXIES=1
USER 10001:10001
VOLUME /var/lib/handover
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]

FROM ${NGINX_IMAGE} AS proxy
RUN rm /etc/nginx/conf.d/default.conf
COPY nginx/handover.conf /etc/nginx/conf.d/handover.conf
COPY nginx/handover /etc/nginx/handover
COPY nginx/docker /etc/nginx/handover/site
COPY src/app/web/static /opt/handover/src/app/web/static
