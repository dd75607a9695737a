package io.dbinit.transfer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of backups.
 */
@ConfigurationProperties(prefix = "db-init.backup", ignoreUnknownFields = false)
public class BackupProperties {

	/**
	 * Directory of the backups.
	 */
	private Path directory = Path.of("backups");

	/**
	 * Whether a start makes a backup of a database before it changes something in it.
	 */
	private boolean beforeMigration;

	/**
	 * Directory of the tools of the databases, like 'pg_dump' and 'mariadb-dump'. By
	 * default they are found on the path.
	 */
	private @Nullable Path tools;

	/**
	 * Tables and collections whose rows are left out.
	 */
	private List<String> withoutData = List.of();

	/**
	 * How long backups are kept.
	 */
	private final Retention retention = new Retention();

	public Path getDirectory() {
		return this.directory;
	}

	public void setDirectory(Path directory) {
		this.directory = directory;
	}

	public boolean isBeforeMigration() {
		return this.beforeMigration;
	}

	public void setBeforeMigration(boolean beforeMigration) {
		this.beforeMigration = beforeMigration;
	}

	public @Nullable Path getTools() {
		return this.tools;
	}

	public void setTools(@Nullable Path tools) {
		this.tools = tools;
	}

	public List<String> getWithoutData() {
		return this.withoutData;
	}

	public void setWithoutData(List<String> withoutData) {
		this.withoutData = withoutData;
	}

	public Retention getRetention() {
		return this.retention;
	}

	Dumper.Options options() {
		return new Dumper.Options(this.tools, Set.copyOf(this.withoutData));
	}

	/**
	 * How long backups are kept.
	 */
	public static class Retention {

		/**
		 * Age at which backups are deleted, when another one is made. The newest good one
		 * is never deleted.
		 */
		private Duration age = Duration.ofDays(7);

		/**
		 * Number of backups of each kind that are kept of a database. 0 for any number.
		 */
		private int count;

		public Duration getAge() {
			return this.age;
		}

		public void setAge(Duration age) {
			this.age = age;
		}

		public int getCount() {
			return this.count;
		}

		public void setCount(int count) {
			this.count = count;
		}

	}

}
