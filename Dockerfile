FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY livefeed livefeed
COPY publisher publisher
COPY web web
COPY bench bench
RUN pip install --no-cache-dir -c constraints.txt .
USER nobody
CMD ["livefeed", "serve", "--host", "0.0.0.0"]
