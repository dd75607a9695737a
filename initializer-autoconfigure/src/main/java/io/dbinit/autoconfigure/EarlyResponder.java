package io.dbinit.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.dbinit.Initializer;
import io.dbinit.Report;
import io.dbinit.Report.Outcome;
import io.dbinit.autoconfigure.DbInitProperties.Early;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/**
 * Answers on the ports of the web server while it does not listen yet, because the
 * databases are made complete before it starts.
 * <ol>
 * <li>It opens once the work has taken some time, so that a start with nothing to do
 * never opens it.</li>
 * <li>The liveness probe is answered with 200, readiness and health with 503, the
 * endpoint of the initializer with state and progress, everything else with 503 and
 * {@code Retry-After}.</li>
 * <li>As a lifecycle it closes right before that of the web server binds the port.</li>
 * </ol>
 */
final class EarlyResponder implements SmartLifecycle, DisposableBean {

	private static final Log logger = LogFactory.getLog(EarlyResponder.class);

	/** That of the web server's lifecycle, less one. */
	private static final int PHASE = Integer.MAX_VALUE - 2049;

	private final ApplicationContext context;

	private final Environment environment;

	private final EarlyTls tls;

	private final Initializer initializer;

	private final Duration after;

	private final List<HttpServer> servers = new ArrayList<>();

	private final ExecutorService executor = Executors.newCachedThreadPool(EarlyResponder::daemon);

	private @Nullable Thread timer;

	private boolean closed;

	private volatile boolean running;

	EarlyResponder(ApplicationContext context, EarlyTls tls, Initializer initializer, Early properties) {
		this.context = context;
		this.environment = context.getEnvironment();
		this.tls = tls;
		this.initializer = initializer;
		this.after = properties.getAfter();
	}

	/**
	 * Begin to wait, as the work has begun.
	 */
	synchronized void begin() {
		if (this.closed) {
			return;
		}
		Thread timer = daemon(this::openLater);
		timer.start();
		this.timer = timer;
	}

	/**
	 * Stop waiting, as the work has ended. An open port stays open until the web server
	 * takes over.
	 */
	synchronized void end() {
		if (this.timer != null) {
			this.timer.interrupt();
			this.timer = null;
		}
	}

	private static Thread daemon(Runnable runnable) {
		Thread thread = new Thread(runnable, "db-init-early");
		thread.setDaemon(true);
		return thread;
	}

	private void openLater() {
		try {
			Thread.sleep(this.after.toMillis());
		}
		catch (InterruptedException ex) {
			return;
		}
		open();
	}

	private synchronized void open() {
		if (this.closed || this.timer == null) {
			return;
		}
		int port = this.environment.getProperty("server.port", Integer.class, 8080);
		int management = this.environment.getProperty("management.server.port", Integer.class, port);
		open("server", port, EarlyPaths.ofServer(this.environment, management == port));
		if (management != port) {
			open("management.server", management, EarlyPaths.ofManagement(this.environment));
		}
	}

	private void open(String prefix, int port, EarlyPaths paths) {
		if (port <= 0) {
			logger.info("Nothing answers before the web server starts, as '%s.port' is %d".formatted(prefix, port));
			return;
		}
		try {
			HttpServer server = create(prefix, port);
			server.createContext("/", (exchange) -> answer(exchange, paths));
			// A request that is sent slowly does not keep a probe waiting
			server.setExecutor(this.executor);
			server.start();
			this.servers.add(server);
			logger.info("Answering probes on port %d while databases are made complete".formatted(port));
		}
		catch (IOException | RuntimeException ex) {
			logger.info("Nothing answers on port %d before the web server starts: %s".formatted(port, ex.getMessage()));
		}
	}

	private HttpServer create(String prefix, int port) throws IOException {
		String host = this.environment.getProperty(prefix + ".address");
		InetSocketAddress address = (host != null) ? new InetSocketAddress(InetAddress.getByName(host), port)
				: new InetSocketAddress(port);
		SSLContext context = this.tls.context(prefix);
		if (context == null) {
			return HttpServer.create(address, 0);
		}
		HttpsServer server = HttpsServer.create(address, 0);
		server.setHttpsConfigurator(new HttpsConfigurator(context));
		return server;
	}

	private void answer(HttpExchange exchange, EarlyPaths paths) throws IOException {
		String path = exchange.getRequestURI().getPath();
		if (paths.liveness().contains(path)) {
			answer(exchange, 200, "{\"status\":\"UP\"}");
		}
		else if (paths.readiness().contains(path)) {
			answer(exchange, 503, "{\"status\":\"OUT_OF_SERVICE\"}");
		}
		else if (paths.state().contains(path)) {
			answer(exchange, 200, state());
		}
		else {
			exchange.getResponseHeaders().set("Retry-After", "5");
			answer(exchange, 503, state());
		}
	}

	/**
	 * State and progress, without names.
	 */
	private String state() {
		Report report = this.initializer.report();
		List<Outcome> steps = report.databases()
			.stream()
			.flatMap((database) -> database.steps().stream())
			.map(Report.StepReport::outcome)
			.toList();
		long done = steps.stream()
			.filter((outcome) -> outcome == Outcome.DONE || outcome == Outcome.UP_TO_DATE)
			.count();
		return "{\"state\":\"%s\",\"steps\":%d,\"done\":%d}".formatted(report.state(), steps.size(), done);
	}

	private static void answer(HttpExchange exchange, int status, String body) throws IOException {
		try (exchange) {
			byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", "application/json");
			// The web server takes over on other connections
			exchange.getResponseHeaders().set("Connection", "close");
			boolean head = exchange.getRequestMethod().equals("HEAD");
			exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
			if (!head) {
				exchange.getResponseBody().write(bytes);
			}
		}
	}

	/**
	 * Close the ports. Nothing is opened any more.
	 */
	synchronized void close() {
		this.closed = true;
		end();
		this.servers.forEach((server) -> server.stop(0));
		this.servers.clear();
		this.executor.shutdownNow();
	}

	/**
	 * The web server answers the liveness probe with 503 until the application has
	 * started, unless it is told that the application is alive.
	 */
	@Override
	public void start() {
		this.running = true;
		if (isOpen()) {
			AvailabilityChangeEvent.publish(this.context, LivenessState.CORRECT);
		}
		close();
	}

	private synchronized boolean isOpen() {
		return !this.servers.isEmpty();
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public void destroy() {
		close();
	}

}
