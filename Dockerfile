# The image runs gunicorn as a non-root user. Build: docker build -t clinic-finder .
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.txt pyproject.toml README.md LICENSE ./
RUN python -m venv /opt/finder && /opt/finder/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY finder finder
COPY data data
RUN /opt/finder/bin/pip install --no-cache-dir --no-deps --no-build-isolation .
RUN FINDER_BUILD=/opt/build /opt/finder/bin/finder ingest && FINDER_BUILD=/opt/build /opt/finder/bin/finder index

FROM python:3.13-slim
RUN apt-get update && apt-get install -y --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home finder \
  && install -d -o finder /var/lib/finder
COPY --from=build /opt/finder /opt/finder
COPY --from=build --chown=finder /opt/build /opt/build
ENV FINDER_BUILD=/opt/build PYTHONUNBUFFERED=1
USER finder
WORKDIR /opt/build
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["/opt/finder/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["/opt/finder/bin/finder", "serve", "--host", "0.0.0.0", "--port", "8000"]
