package io.dbinit.command;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

import io.dbinit.Causes;
import io.dbinit.InitializationException;
import io.dbinit.Initializer;
import io.dbinit.transfer.Backups;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One command, from its arguments to its exit code.
 */
final class CommandProcess {

	private final String[] arguments;

	private final PrintStream out;

	private final PrintStream err;

	private final CommandLine commandLine;

	private final IntConsumer exit;

	private boolean ended;

	CommandProcess(String[] arguments, PrintStream out, PrintStream err) {
		this(arguments, out, err, System::exit);
	}

	CommandProcess(String[] arguments, PrintStream out, PrintStream err, IntConsumer exit) {
		this.arguments = Arrays.copyOfRange(arguments, 1, arguments.length);
		this.out = out;
		this.err = err;
		this.exit = exit;
		this.commandLine = new CommandLine(new DbInitCommand()).addSubcommand("setup", new SetupCommand())
			.addSubcommand("plan", new PlanCommand())
			.addSubcommand("migrate", new MigrateCommand())
			.addSubcommand("seed", new SeedCommand())
			.addSubcommand("verify", new VerifyCommand())
			.addSubcommand("status", new StatusCommand())
			.addSubcommand("history", new HistoryCommand())
			.addSubcommand("rollback", new RollbackCommand())
			.addSubcommand("backup", new BackupCommand())
			.addSubcommand("backups", new BackupsCommand())
			.addSubcommand("restore", new RestoreCommand())
			.addSubcommand("reset", new ResetCommand())
			.addSubcommand("unlock", new UnlockCommand())
			.addSubcommand("completion", new CompletionCommand())
			.addSubcommand("help", new CommandLine.HelpCommand())
			.setOut(new PrintWriter(out, true))
			.setErr(new PrintWriter(err, true));
	}

	/**
	 * Parse the arguments, and end the process if there is nothing else to do.
	 */
	void parse() {
		try {
			ParseResult result = this.commandLine.parseArgs(own());
			if (CommandLine.printHelpIfRequested(result)) {
				end(ExitCode.DONE);
			}
			else if (!result.hasSubcommand()) {
				this.commandLine.usage(this.err);
				end(ExitCode.USAGE);
			}
			else if (command() instanceof CompletionCommand) {
				this.out.print(AutoComplete.bash(CommandRunListener.NAME, this.commandLine));
				this.out.flush();
				end(ExitCode.DONE);
			}
		}
		catch (ParameterException ex) {
			this.err.println(ex.getMessage());
			ex.getCommandLine().usage(this.err);
			end(ExitCode.USAGE);
		}
	}

	/**
	 * An option with a dot in its name is a property of the application.
	 */
	private String[] own() {
		return Arrays.stream(this.arguments)
			.filter((argument) -> !(argument.startsWith("--") && argument.split("=", 2)[0].contains(".")))
			.toArray(String[]::new);
	}

	private Object command() {
		List<CommandLine> commands = this.commandLine.getParseResult().asCommandLineList();
		return commands.get(commands.size() - 1).getCommand();
	}

	/**
	 * Run the command in a context that was prepared for it.
	 */
	void run(ConfigurableApplicationContext context) {
		if (this.ended) {
			return;
		}
		int code;
		try {
			Initializer initializer = context.getBean(Initializer.class);
			if (command() instanceof BackupsCommand command) {
				command.backups(context.getBean(Backups.class));
			}
			code = run((AbstractCommand) command(), initializer);
		}
		catch (RuntimeException ex) {
			print(ex);
			code = ExitCode.ofPreparation(ex);
		}
		this.out.flush();
		int ended = code;
		end(SpringApplication.exit(context, () -> ended));
	}

	private int run(AbstractCommand command, Initializer initializer) {
		try {
			return command.run(initializer, new Output(this.out, command.isJson()));
		}
		catch (InitializationException ex) {
			print(ex);
			return ExitCode.of(ex);
		}
		catch (IllegalArgumentException ex) {
			this.err.println(ex.getMessage());
			return ExitCode.USAGE;
		}
	}

	/**
	 * The context could not be prepared.
	 */
	void failed(Throwable failure) {
		if (!this.ended) {
			print(failure);
			end(ExitCode.ofPreparation(failure));
		}
	}

	private void print(Throwable failure) {
		InitializationException known = Causes.find(failure, InitializationException.class).orElse(null);
		if (known != null) {
			this.err.println(known.getMessage());
			this.err.println(known.getAction());
		}
		else {
			Throwable root = Causes.root(failure);
			this.err.println((root.getMessage() != null) ? root.getMessage() : root.toString());
		}
	}

	private void end(int code) {
		if (!this.ended) {
			this.ended = true;
			this.exit.accept(code);
		}
	}

}
