package grapevine.netlab.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import grapevine.netlab.local.AotCache;
import grapevine.netlab.local.Machine;
import grapevine.netlab.local.NodeProgram;
import grapevine.netlab.local.net.LinkEmulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at this machine and says what the lab can do on it. */
@Command(
    name = "doctor",
    description = {
      "Checks this machine's limits, and says how many nodes it can hold and which links it can"
          + " emulate. Changes nothing.",
      "Exits 1 only where no node can run at all."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
  private static final String JAR = "grapevine.node.jar";

  /** As a user names them; their lower case is what the command line takes. */
  enum Format {
    TEXT,
    JSON
  }

  /**
   * What was found.
   *
   * @param nodeProgram why no node can be started here; empty if one can
   * @param emulatedLinks why links cannot be emulated here; empty if they can
   * @param aotCache in words
   */
  record Diagnosis(
      Machine machine,
      Optional<String> nodeProgram,
      Optional<String> emulatedLinks,
      String aotCache) {
    /** How many nodes can run, in the way that holds most. */
    long nodesMax() {
      long real =
          nodeProgram.isPresent()
              ? 0
              : Math.max(machine.processes().nodes(), machine.hosted().nodes());
      return Math.max(real, machine.simulated().nodes());
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json. Default: ${DEFAULT-VALUE}.")
  private Format format;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Diagnosis diagnosis =
        new Diagnosis(Machine.read(), nodeProgram(), LinkEmulator.obstacle(), aotCache());
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case TEXT -> out.print(text(diagnosis));
      case JSON -> out.println(json(diagnosis));
    }
    out.flush();
    return diagnosis.nodesMax() > 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static Optional<String> nodeProgram() {
    String jar = System.getProperty(JAR);
    if (jar == null) {
      return Optional.of("the lab was not started with scripts/netlab");
    }
    return Files.isRegularFile(Path.of(jar))
        ? Optional.empty()
        : Optional.of("there is no file " + jar);
  }

  private static String aotCache() {
    if (Runtime.version().feature() < AotCache.JAVA_MIN) {
      return "no: needs JDK " + AotCache.JAVA_MIN;
    }
    boolean there =
        nodeProgram().isEmpty() && AotCache.exists(NodeProgram.ofLauncher(System.getenv()));
    return there ? "there" : "made on first use";
  }

  static String text(Diagnosis found) {
    Machine machine = found.machine();
    StringBuilder text = new StringBuilder();
    line(text, "system", machine.system() + ", " + machine.processors() + " processors");
    line(text, "java", machine.java() + ", AOT cache " + found.aotCache());
    line(text, "memory", "%.1f GiB free".formatted(machine.memoryBytes() / (double) (1L << 30)));
    line(text, "open files", bound(machine.openFilesMax()) + " a process");
    line(text, "threads", bound(machine.threadsMax()));
    line(text, "ports", machine.portsFree() + " free for nodes");
    text.append("\nNodes that this machine can hold\n");
    if (found.nodeProgram().isPresent()) {
      line(text, "process", "none: " + found.nodeProgram().get());
      line(text, "hosted", "none: " + found.nodeProgram().get());
    } else {
      line(text, "process", capacity(machine.processes()));
      line(
          text,
          "hosted",
          "%s; %d in one process"
              .formatted(capacity(machine.hosted()), machine.hostedInOneProcess().nodes()));
    }
    line(text, "simulated", capacity(machine.simulated()));
    text.append("\nLinks between real nodes\n");
    line(text, "loopback", "yes, without delay");
    line(
        text,
        "emulated",
        found
            .emulatedLinks()
            .map(why -> "no: " + why)
            .orElse("yes, with delay, jitter, rate and loss"));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("  %-12s%s%n".formatted(name, value));
  }

  private static String bound(long value) {
    return value == Long.MAX_VALUE ? "no known limit" : Long.toString(value);
  }

  private static String capacity(Machine.Capacity capacity) {
    return "%d, then %s".formatted(capacity.nodes(), capacity.limit());
  }

  static String json(Diagnosis found) throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    Machine machine = found.machine();
    ObjectNode root = mapper.createObjectNode();
    root.set("machine", mapper.valueToTree(machine));
    root.put("aot_cache", found.aotCache());
    ObjectNode nodes = root.putObject("nodes");
    boolean real = found.nodeProgram().isEmpty();
    nodes.put("process", real ? machine.processes().nodes() : 0);
    nodes.put("hosted", real ? machine.hosted().nodes() : 0);
    nodes.put("hosted_in_one_process", real ? machine.hostedInOneProcess().nodes() : 0);
    nodes.put("simulated", machine.simulated().nodes());
    found.nodeProgram().ifPresent(why -> nodes.put("obstacle", why));
    ObjectNode links = root.putObject("links");
    links.put("loopback", true);
    links.put("emulated", found.emulatedLinks().isEmpty());
    found.emulatedLinks().ifPresent(why -> links.put("obstacle", why));
    return mapper.writeValueAsString(root);
  }
}
