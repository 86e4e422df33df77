# The tag moves with every fix of Debian or Python; docs/docker.md says how to build on a digest.
FROM python:3.13-slim-trixie AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# The dependencies change with the lock alone: a change of the package's source leaves this layer be.
# setuptools comes first: it builds d2l, of which only the source is published. MXNet imports its
# distutils, so that it stays.
# Away with what only the metapackage `jupyter` asks for, the notebooks' debugger, the packages' own
# tests, JupyterLab's second copy of its pages, bokeh's scripts but the one that the page contains,
# all locales but English and Chinese, jedi's types of other packages, and the symbols that
# nothing links against. The bytecode stays: without it a start takes three times as long, and whoever
# runs the image cannot write it.
COPY requirements.lock .
RUN apt-get update \
    && apt-get install --yes --no-install-recommends 'binutils=2.44*' \
    && rm -rf /var/lib/apt/lists/* \
    && awk '/^[^ #]/ { wanted = /^setuptools=/ } wanted' requirements.lock > setuptools.lock \
    && python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --require-hashes -r setuptools.lock \
    && pip --python /opt/venv/bin/python install --require-hashes --no-deps \
        --no-build-isolation --use-pep517 -r requirements.lock \
    && pip --python /opt/venv/bin/python uninstall --yes \
        debugpy ipywidgets jupyter jupyter-console jupyterlab-widgets notebook widgetsnbextension \
    && find /opt/venv/lib -type d -name tests -prune -exec rm -r {} + \
    && rm -r /opt/venv/lib/python3.13/site-packages/jupyterlab/static \
    && find /opt/venv/lib/python3.13/site-packages/bokeh/server/static -type f \
        ! -name bokeh.min.js -delete \
    && find /opt/venv/lib -path '*/locale-data/*.dat' \
        ! -name root.dat ! -name 'en*' ! -name 'zh*' -delete \
    && rm -r /opt/venv/lib/python3.13/site-packages/jedi/third_party/typeshed/stubs \
    && find /opt/venv/lib -name '*.so' -type f ! -path '*.libs/*' ! -path '*/mxnet/*' \
        -exec strip --strip-unneeded {} +

COPY setup.cfg pyproject.toml README.md LICENSE ./
COPY notebooks notebooks
COPY gluon_momentum gluon_momentum
RUN pip --python /opt/venv/bin/python install --no-deps --no-build-isolation --prefix /opt/package .


FROM python:3.13-slim-trixie

# What MXNet's wheel is linked against and lacks. On arm64 that is Arm's Performance Libraries, which
# Debian does not have: its own BLAS and LAPACK hold the same functions, and the C library those of
# libamath and libastring. libquadmath is for amd64 only.
RUN apt-get update \
    && case $(dpkg --print-architecture) in \
        arm64) \
            apt-get install --yes --no-install-recommends \
                'libgomp1=14.2.*' 'liblapacke=3.12.*' 'tini=0.19.*' \
            && lib=/usr/lib/aarch64-linux-gnu \
            && ln -s liblapacke.so.3 "$lib/libarmpl_lp64_mp.so" \
            && ln -s libm.so.6 "$lib/libamath.so" \
            && ln -s libc.so.6 "$lib/libastring.so" ;; \
        *) \
            apt-get install --yes --no-install-recommends \
                'libgomp1=14.2.*' 'libquadmath0=14.2.*' 'tini=0.19.*' ;; \
    esac \
    && rm -rf /var/lib/apt/lists/*

COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/package /opt/venv
COPY tools/entrypoint /usr/local/bin/
# What the tests read besides the package.
COPY Dockerfile README.md README.zh.md setup.cfg /opt/gluon_momentum/
COPY benchmarks /opt/gluon_momentum/benchmarks
COPY book_environment /opt/gluon_momentum/book_environment
COPY docs /opt/gluon_momentum/docs
COPY notebooks /opt/gluon_momentum/notebooks
COPY tools /opt/gluon_momentum/tools
COPY tests /opt/gluon_momentum/tests

# Whoever runs it writes there: any --user, with or without a name or a home.
RUN mkdir --mode=1777 /results
VOLUME /results
WORKDIR /results
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    HYPOTHESIS_STORAGE_DIRECTORY=/tmp/hypothesis
USER 1000:1000
EXPOSE 8888

# Where the source is and which commit this is: only who builds it knows.
ARG SOURCE
ARG REVISION
LABEL org.opencontainers.image.title="gluon-momentum" \
    org.opencontainers.image.description="The momentum chapter of Dive into Deep Learning (2018), reproduced on MXNet" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="0.1.0" \
    org.opencontainers.image.source="$SOURCE" \
    org.opencontainers.image.revision="$REVISION"

# tini, since the kernel keeps from process 1 every signal that it does not handle itself.
ENTRYPOINT ["tini", "-s", "--", "entrypoint"]
CMD ["reproduce", "--out", "/results"]
