using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Functions.Standby;

public sealed class RuntimeCatalogTests
{
    static readonly InstalledRuntime Dotnet = new(Language.Dotnet, new Version(10, 0, 12), "/usr/share/dotnet/dotnet");

    readonly RuntimeCatalog catalog = new([new(Language.Node, new Version(20, 1), "/usr/bin/node"), Dotnet], strict: false);

    [Theory]
    [InlineData("dotnet10", true)]
    [InlineData("dotnet8", false)]
    [InlineData("dotnet6", false)]
    public void A_release_of_dotnet_runs_on_the_nearest_installed(string requested, bool exact) =>
        Assert.Equal(new RuntimeChoice(requested, Dotnet, exact), catalog.Resolve(requested));

    [Theory]
    [InlineData("dotnetcore3.1")]
    [InlineData("java21")]
    public void What_Aloft_has_no_runtime_for_is_unknown(string requested) => Assert.False(RuntimeCatalog.IsKnown(requested));

    [Fact]
    public void A_handler_that_names_only_an_assembly_is_a_program()
    {
        var choice = catalog.Resolve("dotnet10")!;

        Assert.Same(choice, choice.For("A::B::C"));
        Assert.False(choice.IsProgram);
        var program = choice.For("Program");
        Assert.True(program.IsProgram);
        Assert.Equal((Language.Custom, "dotnet 10.0.12"), (program.Installed.Language, program.Actual));
        Assert.Equal("provided.al2023", catalog.Resolve("provided.al2023")!.For("any").Actual);
    }
}
