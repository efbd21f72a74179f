# The portal in one image: web, worker, beat and migrate are the same image with another command.
FROM python:3.13-slim AS packages
COPY requirements.lock /tmp/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --no-deps --only-binary :all: \
       --requirement /tmp/requirements.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /portal civportal \
    && install -d -o civportal -g civportal /data/media /data/run
COPY --from=packages /opt/venv /opt/venv
COPY . /portal
WORKDIR /portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=civportal.settings \
    STATIC_ROOT=/data/static \
    MEDIA_ROOT=/data/media
# Static files belong to the image. The addresses are not used: nothing is connected to.
RUN SECRET_KEY=build DATABASE_URL=postgres://build REDIS_URL=redis://build \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q civportal partners programme_lines sessions_log news
USER civportal
EXPOSE 8000
VOLUME /data/media
CMD ["script/run-web"]
