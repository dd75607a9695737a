package io.dbinit.benchmark.app;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * A service without a web server. The beans of the tool that is measured, and of the
 * client that it uses, are created after the context is refreshed. So two times are told:
 * from the launch of the JVM until the service is ready, and the part of it from the
 * refreshed context on, in which these beans are created and do their work.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class BenchmarkApplication {

	/** System property: when the process was started, in microseconds. */
	public static final String LAUNCHED = "benchmark.launched";

	/** System property: the class of the {@link Work}. */
	public static final String WORK = "benchmark.work";

	/** System property: another class of configuration. */
	public static final String MORE = "benchmark.more";

	/** System property: how often the work is repeated in the same JVM. */
	public static final String REPETITIONS = "benchmark.repetitions";

	/** Begins the line that tells the times, all in microseconds. */
	public static final String RESULT = "RESULT ";

	private static volatile long started;

	private static volatile long ready;

	public static void main(String[] args) throws Exception {
		SpringApplication application = new SpringApplication(BenchmarkApplication.class,
				Class.forName(System.getProperty(WORK)));
		String more = System.getProperty(MORE);
		if (more != null) {
			application.addPrimarySources(List.of(Class.forName(more)));
		}
		application.addListeners((ApplicationListener<ApplicationStartedEvent>) (event) -> started = now());
		application.addListeners((ApplicationListener<ApplicationReadyEvent>) (event) -> ready = now());
		try (ConfigurableApplicationContext context = application.run(args)) {
			System.out.println(RESULT + (ready - Long.getLong(LAUNCHED)) + " " + (ready - started) + " "
					+ repeat(context.getBean(Work.class)));
		}
	}

	public static long now() {
		return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
	}

	private static String repeat(Work work) throws Exception {
		List<Long> times = new ArrayList<>();
		for (int i = 0; i < Integer.getInteger(REPETITIONS, 0); i++) {
			long begin = System.nanoTime();
			work.repeat();
			times.add(Duration.ofNanos(System.nanoTime() - begin).toNanos() / 1000);
		}
		return times.stream().map(String::valueOf).collect(Collectors.joining(","));
	}

	@Bean
	static LaterBeans laterBeans() {
		return new LaterBeans();
	}

	@Bean
	WorkRunner workRunner(Work work, LaterBeans later, BeanFactory factory) {
		return new WorkRunner(work, later, factory);
	}

}
