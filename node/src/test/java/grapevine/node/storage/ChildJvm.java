package grapevine.node.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM that runs a main class of the tests; killed when closed. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private ChildJvm(Process process) {
    this.process = process;
    out = process.inputReader();
  }

  static ChildJvm start(Class<?> main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return new ChildJvm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  long pid() {
    return process.pid();
  }

  /** Its next line of output; null when it has ended. */
  String line() throws IOException {
    return out.readLine();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("pid " + pid() + " outlives SIGKILL");
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** Holds a data directory until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    try {
      DataDirectory directory = DataDirectory.open(Path.of(arguments[0]), Samples.NETWORK);
      System.out.println("ready");
      Thread.currentThread().join();
      directory.close();
    } catch (DataDirectoryException e) {
      System.out.println(e.kind() + " " + e.getMessage());
    }
  }
}
