package io.facekit.cli;

import io.facekit.core.error.ExitCode;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** All verbs, put together. */
final class CommandTree {
  private CommandTree() {}

  static CommandLine of(Session session) {
    CommandLine root =
        new CommandLine(session.options())
            .addSubcommand(new InspectCommand(session))
            .addSubcommand(new ExportCommand(session))
            .addSubcommand(new PlanCommand(session))
            .addSubcommand(new QuantizeCommand(session))
            .addSubcommand(new DriftCommand(session));
    describeRoot(root);
    explainExitCodes(root);
    root.getSubcommands().values().forEach(CommandTree::explainExitCodes);
    boolean colour = session.outStyle() == Style.COLOUR;
    return root.setOut(writer(session.console().out()))
        .setErr(writer(session.console().err()))
        .setColorScheme(CommandLine.Help.defaultColorScheme(colour ? Ansi.ON : Ansi.OFF))
        .setExpandAtFiles(false)
        .setPosixClusteredShortOptionsAllowed(false)
        .setParameterExceptionHandler(
            (thrown, args) -> session.fail(List.of(Usage.problem(thrown))))
        .setExecutionExceptionHandler((thrown, command, parsed) -> session.fail(thrown));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static void describeRoot(CommandLine root) {
    root.getCommandSpec()
        .usageMessage()
        .description(
            "Turns a trained PyTorch face model into proven ONNX and TFLite files, quantizes them to",
            "mixed INT8/FP16, and measures on faces what that costs. Runs offline.")
        .footer(
            "  facekit inspect mobilefacenet.pt",
            "  facekit export mobilefacenet.pt -o mobilefacenet.onnx",
            "  facekit quantize --config configs/mixed.json",
            "  facekit VERB --help",
            "",
            "Errors are explained in docs/errors.md.");
  }

  private static void explainExitCodes(CommandLine command) {
    Map<String, String> codes = new LinkedHashMap<>();
    Arrays.stream(ExitCode.values())
        .forEach(exit -> codes.put(String.format(Locale.ROOT, "%3d", exit.code()), exit.meaning()));
    command.getCommandSpec().usageMessage().exitCodeList(codes);
  }
}
