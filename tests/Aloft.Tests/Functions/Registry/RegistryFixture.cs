using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Aloft.Tests.Functions.Code;
using Aloft.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Registry;

/// <summary>A registry over a database of either kind and code of its own, at a time that only the test moves.</summary>
sealed class RegistryFixture : IAsyncDisposable
{
    public const string Account = "111122223333";
    public const string Region = "eu-central-1";

    static readonly SortedDictionary<string, string> NoTags = [];

    readonly TestDatabase database;
    readonly CodeFixture code = new();

    RegistryFixture(TestDatabase database)
    {
        this.database = database;
        Registry = NewRegistry(database.Db);
    }

    public static async Task<RegistryFixture> Open(DbKind kind = DbKind.Sqlite)
    {
        var fixture = new RegistryFixture(await TestDatabase.Open(kind));
        await fixture.Registry.Start(Forever);
        return fixture;
    }

    public FunctionRegistry Registry { get; }

    public Db Db => database.Db;

    public FunctionStore Store => new(database.Db);

    public CodeStore Code => code.Store;

    public FakeTime Time => code.Time;

    public TestDatabase Database => database;

    public static FunctionKey Key(string name = "hello") => new(Account, Region, name);

    /// <summary>One more over the same code, as on another node or after a restart. Not started.</summary>
    public FunctionRegistry NewRegistry(Db db) => new(db, code.Store, code.Time, NullLogger<FunctionRegistry>.Instance);

    /// <summary>What a request asks for, with code that is stored.</summary>
    public async Task<FunctionVersion> Wanted(string name = "hello", string source = "exports.handler = async () => 1")
    {
        var package = await code.Store.Add(TestZip.Of(("index.js", source)), Forever);
        return Sample(name) with { CodeDigest = package.Digest, CodeSize = package.ZipBytes };
    }

    /// <summary>With every property different from its default.</summary>
    public static FunctionVersion Sample(string name = "hello") => new()
    {
        Key = Key(name),
        Version = FunctionVersion.Latest,
        RevisionId = Guid.NewGuid().ToString(),
        Runtime = "nodejs20.x",
        Handler = "index.handler",
        Role = "arn:aws:iam::111122223333:role/r",
        Description = "says hello",
        CodeDigest = new string('a', 64),
        CodeSize = 1_234,
        MemoryMegabytes = 512,
        Timeout = TimeSpan.FromSeconds(30),
        TmpMegabytes = 1_024,
        Architecture = "arm64",
        Environment = new SortedDictionary<string, string> { ["GREETING"] = "hällo", ["A"] = "" },
        LogGroup = "/my/group",
        TracingMode = "Active",
        LastModified = new(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero),
        State = FunctionState.Failed,
        LastUpdateStatus = UpdateStatus.Failed,
        Failure = new("InternalError", "disk full"),
    };

    /// <summary>As it is stored between its creation and its activation.</summary>
    public static FunctionVersion Pending(FunctionVersion version) =>
        version with { State = FunctionState.Pending, LastUpdateStatus = UpdateStatus.Successful, Failure = null };

    /// <summary>As it is stored while an update settles.</summary>
    public static FunctionVersion Updating() =>
        Sample() with { State = FunctionState.Active, LastUpdateStatus = UpdateStatus.InProgress, Failure = null };

    /// <summary>Creates a function and waits until it is active.</summary>
    public async Task<FunctionVersion> Create(string name = "hello")
    {
        var created = await Registry.Create(await Wanted(name), NoTags, Forever);
        await Registry.WaitUntilActive(created.Key, Forever);
        return (await Registry.Find(created.Key, null, Forever))!;
    }

    /// <summary>Stores a version as it is, as a process that was killed might have left it.</summary>
    public Task Leave(FunctionVersion version) =>
        Db.Write(session => FunctionStore.Insert(session, version, NoTags), Forever).AsTask();

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        await database.DisposeAsync();
        code.Dispose();
    }
}
