#!/bin/sh
# What `docker compose up monitoring` says once everything answers.
cat <<END

Everything runs and answers.

  Grafana        http://localhost:${GRAFANA_PORT:-3000}    user admin, password: cat secrets/grafana_admin_password
  Prometheus     http://localhost:${PROMETHEUS_PORT:-9090}
  Alertmanager   http://localhost:${ALERTMANAGER_PORT:-9093}
  Loki           http://localhost:${LOKI_PORT:-3100}    no pages: Grafana, Explore
  Tempo          http://localhost:${TEMPO_PORT:-3200}    no pages: Grafana, Explore

  A service on this machine sends
    traces with   OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${OTLP_HTTP_PORT:-4318}
    lines with    OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://localhost:${LOKI_PORT:-3100}/otlp/v1/logs
  and is scraped when it stands in prometheus/targets/services.yml

  No data?   npx @sightline/cli doctor
  Stop       docker compose stop      and all of its data: docker compose down --volumes

END
