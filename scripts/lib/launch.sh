# Finds Java and builds on demand. Sourced by the scripts beside it, which have set
#   program  their own name, for messages
#   root     the repository's absolute path

java_min=21

say() {
  printf '%s: %s\n' "$program" "$*" >&2
}

# Prints the real path of file $1 (readlink -f is not everywhere).
real_path() {
  path=$1
  while [ -L "$path" ]; do
    link=$(readlink "$path")
    case $link in
      /*) path=$link ;;
      *) path=$(dirname "$path")/$link ;;
    esac
  done
  printf '%s\n' "$path"
}

# Prints the homes in which a Java may be, best first, one a line.
java_homes() {
  [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
  on_path=$(command -v java 2>/dev/null) && dirname "$(dirname "$(real_path "$on_path")")"
  [ ! -x /usr/libexec/java_home ] || /usr/libexec/java_home -v "$java_min+" 2>/dev/null
  for home in /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ ! -d "$home" ] || (cd "$home" && pwd -P)
  done
}

# Prints the feature version (17, 21, ...) of the Java in home $1, or nothing if there is none.
# The release file spares starting a JVM only to ask.
java_feature() {
  [ -x "$1/bin/java" ] || return 0
  version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9.]*\).*/\1/p' "$1/release" 2>/dev/null)
  [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 |
    sed -n 's/.* version "\([0-9.]*\).*/\1/p' | head -n 1)
  version=${version#1.}
  printf '%s\n' "${version%%.*}"
}

# Sets java_home to the first Java that is new enough, or says what there is and exits 2.
find_java() {
  homes=$(java_homes | awk '!seen[$0]++')
  found=
  while IFS= read -r home; do
    feature=$(java_feature "$home")
    [ -n "$feature" ] || continue
    if [ "$feature" -ge "$java_min" ]; then
      java_home=$home
      return 0
    fi
    found="$found
  Java $feature in $home"
  done <<EOF
$homes
EOF
  say "needs JDK $java_min or newer; found${found:- no Java at all}"
  say "install one (for example Temurin $java_min) or set JAVA_HOME to it"
  exit 2
}

# Sets maven to the command, or exits 2. Maven runs on the Java that find_java found.
find_maven() {
  if ! maven=$(command -v mvn); then
    say "needs Maven 3.8.1 or newer to build, and there is no mvn on the PATH"
    exit 2
  fi
}

# Prints the commit that the sources stand at, for the manifest.
build_commit() {
  git -C "$root" describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || echo unknown
}

# Prints the time in UTC, for the manifest.
build_time() {
  date -u +%Y-%m-%dT%H:%M:%SZ
}

# Succeeds when a program is missing, or the last one is older than a pom or main source.
is_stale() {
  for jar in $programs; do
    [ -f "$root/$jar" ] || return 0
  done
  newer=$(
    cd "$root"
    set -- pom.xml
    for module in $modules; do
      set -- "$@" "$module/pom.xml" "$module/src/main"
    done
    find "$@" -newer "$jar" 2>/dev/null | head -n 1
  )
  [ -n "$newer" ]
}

# Builds the program of module $1 (node or netlab, which includes the node's) where that is needed.
# One launcher builds; others that start meanwhile wait for it.
build() {
  modules='crypto node'
  programs=node/target/grapevine.jar
  if [ "$1" = netlab ]; then
    modules="$modules netlab"
    programs="$programs netlab/target/netlab.jar"
  fi
  is_stale || return 0
  find_maven

  mkdir -p "$root/target"
  lock=$root/target/building
  until mkdir "$lock" 2>/dev/null; do
    owner=$(cat "$lock/pid" 2>/dev/null || :)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$lock" # its owner was killed
    else
      sleep 1
    fi
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  if is_stale; then
    if [ -f "$root/${programs##* }" ]; then
      say "building (sources changed) ..."
    else
      say "building (first use) ..."
    fi
    # A node that runs keeps the file that it opened; writing into that file would break the node.
    (cd "$root" && rm -f $programs)
    # Quiet, but for warnings of the compiler: they fail the build.
    if ! (cd "$root" && JAVA_HOME=$java_home "$maven" -q -B -ntp -pl "$1" -am \
      -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.compiler=warn \
      -Dmaven.test.skip=true -Dbuild.commit="$(build_commit)" \
      -Dbuild.time="$(build_time)" package) \
      >"$lock/log" 2>&1 </dev/null; then
      cat "$lock/log" >&2
      say "the build failed; Maven's words are above"
      exit 1
    fi
  fi
  rm -rf "$lock"
  trap - EXIT INT TERM
}
