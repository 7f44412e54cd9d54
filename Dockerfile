# perfcheck in the image of PostgreSQL: docker build --build-arg PG=15 -t perfcheck .
# The data directory is made by the image at the first start; in it call
# CREATE EXTENSION perfcheck CASCADE in the database that is to be judged.
ARG PG=15

FROM postgres:${PG} AS build
ARG PG
RUN apt-get update \
	&& apt-get install -y --no-install-recommends gcc libc6-dev make \
		postgresql-server-dev-${PG} libcurl4-openssl-dev libhttp-parser-dev \
		libjansson-dev libxxhash-dev libpq-dev
COPY . /perfcheck
RUN make -C /perfcheck with_llvm=no clean all \
	&& make -C /perfcheck with_llvm=no DESTDIR=/installed install

FROM postgres:${PG}
RUN apt-get update \
	&& apt-get install -y --no-install-recommends libcurl4 libhttp-parser2.9 \
		libjansson4 libxxhash0 \
	&& rm -rf /var/lib/apt/lists/*
COPY --from=build /installed/ /
