package grapevine.netlab.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import grapevine.netlab.local.Machine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
  private static final long GIB = 1L << 30;

  private static Machine machine(long memoryBytes, long openFilesMax) {
    return new Machine("Linux 6", 2, "25", memoryBytes, openFilesMax, 100_000, 12_000);
  }

  private static DoctorCommand.Diagnosis diagnosis(Machine machine) {
    return new DoctorCommand.Diagnosis(
        machine, Optional.empty(), Optional.of("it takes root"), "there");
  }

  @Test
  void shouldCountNodesByWhatRunsOutFirst() {
    assertThat(machine(4 * GIB, 20_000).processes().limit()).isEqualTo("memory");
    assertThat(machine(4 * GIB, 20_000).processes().nodes()).isBetween(20L, 40L);
    assertThat(machine(4 * GIB, 20_000).hosted().nodes()).isBetween(250L, 500L);
    assertThat(machine(400 * GIB, 1_024).hosted().limit()).isEqualTo("open files");
    assertThat(machine(400 * GIB, 1_024).hostedInOneProcess().nodes()).isEqualTo(24);
    assertThat(machine(1 << 20, 20_000).processes().nodes()).isZero();
  }

  @Test
  void shouldSayWhatCannotBeDoneAndWhy() {
    assertThat(DoctorCommand.text(diagnosis(machine(4 * GIB, 1_024))))
        .contains("process     23, then memory")
        .contains("emulated    no: it takes root")
        .contains("java        25, AOT cache there");
    DoctorCommand.Diagnosis noProgram =
        new DoctorCommand.Diagnosis(
            machine(4 * GIB, 1_024), Optional.of("no file x"), Optional.empty(), "there");
    assertThat(DoctorCommand.text(noProgram)).contains("hosted      none: no file x");
    assertThat(noProgram.nodesMax()).as("simulated ones").isPositive();
  }

  @Test
  void shouldTellProgramsTheSame() throws Exception {
    Machine machine = machine(4 * GIB, 1_024);
    JsonNode json = new ObjectMapper().readTree(DoctorCommand.json(diagnosis(machine)));
    assertThat(json.at("/nodes/process").asLong()).isEqualTo(machine.processes().nodes());
    assertThat(json.at("/links/emulated").asBoolean()).isFalse();
    assertThat(json.at("/links/obstacle").asText()).isEqualTo("it takes root");
    assertThat(json.at("/machine/processors").asInt()).isEqualTo(2);
  }

  @Test
  void shouldEndWellOnThisMachine() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
            .execute("doctor", "-o", "json");
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/nodes/simulated").asLong()).isPositive();
    assertThat(json.at("/nodes/obstacle").asText()).contains("scripts/netlab");
  }
}
