package grapevine.node.app;

/** For whom a command prints; lower case, because it is typed. */
enum OutputFormat {
  text,
  json
}
