using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Aloft.Storage.Sqlite;

/// <summary>Binds SQLite's managed wrapper to the operating system's library, which the distribution keeps patched.</summary>
internal static class NativeSqlite
{
    private const string Library = "libsqlite3.so.0";

    // A type initialiser runs once, whoever comes first, and later callers wait for it.
    static NativeSqlite()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) =>
            name == "e_sqlite3" && NativeLibrary.TryLoad(Library, out var handle) ? handle : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    public static void Load()
    {
        if (!NativeLibrary.TryLoad(Library, out _))
        {
            throw new StorageException(StorageFailure.Unavailable,
                $"SQLite's library {Library} was not found. Install it (Debian: apt-get install libsqlite3-0).");
        }
        RuntimeHelpers.RunClassConstructor(typeof(NativeSqlite).TypeHandle);
    }
}
