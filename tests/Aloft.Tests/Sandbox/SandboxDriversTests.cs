using Aloft.Sandbox;

namespace Aloft.Tests.Sandbox;

[Collection("sandboxes")]
public sealed class SandboxDriversTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("aloft-choice-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task An_unknown_isolation_is_refused_by_name()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => Choose("vm"));
        Assert.Contains("'vm' is no isolation", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processes_come_with_a_warning()
    {
        var choice = await Choose("process");
        await using var driver = choice.Driver;
        Assert.Equal(Isolation.Process, driver.Isolation);
        Assert.Contains("WITHOUT isolation", choice.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_takes_a_container_or_says_loudly_what_is_missing()
    {
        var choice = await Choose("auto");
        await using var driver = choice.Driver;
        Assert.Equal(driver.Isolation == Isolation.Container, choice.Warning is null);
        if (choice.Warning is { } warning) Assert.Contains("WITHOUT isolation", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diagnosis_tells_for_everything_that_is_wrong_how_to_put_it_right()
    {
        var items = await SandboxDrivers.Diagnose();
        Assert.Equal(8, items.Count);
        Assert.All(items.Where(item => !item.Ok), item => Assert.False(string.IsNullOrWhiteSpace(item.Fix), item.Name));
    }

    [Fact]
    public async Task A_driver_that_stops_takes_its_folder_with_it()
    {
        await (await Choose("process")).Driver.DisposeAsync();
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private Task<DriverChoice> Choose(string isolation) =>
        SandboxDrivers.Choose(isolation, folder, wasIsolated: false, TimeProvider.System, _ => { }, CancellationToken.None);
}
