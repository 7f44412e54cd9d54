# perfcheck in the image of PostgreSQL: docker build --build-arg PG=15 -t perfcheck .
# It was read by a linter, and its packages and make targets are those of the tests,
# but no image was ever built of it: where it fails, the list of packages is the
# first thing to look at. The data directory is made by the image at the first start; in it call
# CREATE EXTENSION perfcheck CASCADE in the database that is to be judged.
ARG PG=15

FROM postgres:${PG}-bookworm AS build
ARG PG
RUN apt-get update \
	&& apt-get install -y --no-install-recommends gcc libc6-dev make \
		postgresql-server-dev-${PG} libcurl4-openssl-dev libhttp-parser-dev \
		libjansson-dev libxxhash-dev libpq-dev zlib1g-dev libbrotli-dev \
	&& rm -rf /var/lib/apt/lists/*
COPY . /perfcheck
RUN make -C /perfcheck with_llvm=no clean all \
	&& make -C /perfcheck with_llvm=no DESTDIR=/installed install

FROM postgres:${PG}-bookworm
RUN apt-get update \
	&& apt-get install -y --no-install-recommends libcurl4 libhttp-parser2.9 \
		libjansson4 libxxhash0 zlib1g libbrotli1 \
	&& rm -rf /var/lib/apt/lists/*
COPY --from=build /installed/ /
