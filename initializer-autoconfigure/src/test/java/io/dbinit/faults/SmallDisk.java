package io.dbinit.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.dbinit.testing.Servers;

import org.springframework.util.FileSystemUtils;

/**
 * A disk of a few megabytes with a database on it, which can be filled.
 */
final class SmallDisk implements AutoCloseable {

	static final String NEEDS = "needs the right to mount a tmpfs, which root has on Linux";

	private final Path folder;

	private final Site site;

	private SmallDisk(Path folder, Site site) {
		this.folder = folder;
		this.site = site;
	}

	/**
	 * Return whether there can be such a disk.
	 */
	static boolean isPossible() {
		try {
			unmount(mount(Files.createTempDirectory("small-disk")));
			return true;
		}
		catch (IOException | RuntimeException ex) {
			return false;
		}
	}

	/**
	 * Create a disk with an empty database.
	 */
	static SmallDisk with(Kind kind) {
		try {
			Path folder = mount(Files.createTempDirectory("small-disk"));
			return switch (kind) {
				case POSTGRESQL -> postgreSql(folder, kind.create());
				case MARIADB -> mariaDb(folder, kind.create());
				case H2 -> h2(folder);
				default -> throw new IllegalArgumentException(kind.title());
			};
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static SmallDisk postgreSql(Path folder, Site site) {
		Servers.execute(site.direct().replaceFirst("/test_\\w+", "/postgres"),
				"create tablespace %s location '%s'".formatted(site.name(), folder),
				"alter database %1$s set tablespace %1$s".formatted(site.name()));
		return new SmallDisk(folder, site);
	}

	/**
	 * The folder of a database may be a link.
	 */
	private static SmallDisk mariaDb(Path folder, Site site) throws IOException {
		Path database = Path.of(site.query("select @@datadir").get(0)).resolve(site.name());
		Path target = Files.createDirectory(folder.resolve(site.name()));
		Files.copy(database.resolve("db.opt"), target.resolve("db.opt"));
		FileSystemUtils.deleteRecursively(database);
		Files.createSymbolicLink(database, target);
		return new SmallDisk(folder, site);
	}

	private static SmallDisk h2(Path folder) {
		return new SmallDisk(folder, Site.of(Kind.H2, "jdbc:h2:file:%s/db;USER=sa;PASSWORD=".formatted(folder)));
	}

	private static Path mount(Path folder) {
		ServiceProcess.run("mount", "-t", "tmpfs", "-o", "mode=0777,size=32m", "tmpfs", folder.toString());
		return folder;
	}

	private static void unmount(Path folder) {
		ServiceProcess.run("umount", "-l", folder.toString());
	}

	Site site() {
		return this.site;
	}

	/** Leave no room. */
	void fill() {
		byte[] zeros = new byte[4096];
		try (OutputStream out = Files.newOutputStream(filler())) {
			while (true) {
				out.write(zeros);
			}
		}
		catch (IOException ex) {
			// It is full
		}
	}

	/** Make room. */
	void free() {
		try {
			Files.delete(filler());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Path filler() {
		return this.folder.resolve("filler");
	}

	@Override
	public void close() {
		unmount(this.folder);
	}

}
