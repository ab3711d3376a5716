using Aloft.Platform.Kernel;
using Aloft.Platform.Lambda;
using Aloft.Tests.Functions.Registry;

namespace Aloft.Tests.Lambda;

public sealed class OperationsTests
{
    [Fact]
    public async Task Every_operation_of_the_api_model_is_served_on_its_route_or_known_as_unsupported()
    {
        await using var parts = await RegistryFixture.Open();
        var service = Operations.Define(
            parts.Registry, parts.Code, new([], strict: false), new(parts.Registry, parts.Code, parts.Time), new(),
            Unused, Unused, Unused);
        var model = ServiceModel.Load("Lambda").Select(operation => (operation.Name, operation.Route)).Order();
        var ours = service.Operations.Select(operation => (operation.Name, operation.Route))
            .Concat(service.Unsupported.Select(operation => (operation.Name, operation.Route))).Order();
        Assert.Equal(model, ours);
    }

    [Fact]
    public void Every_operation_that_is_not_served_says_its_name_and_what_to_do_without_it()
    {
        var unsupported = Operations.Define(null!, null!, null!, null!, null!, Unused, Unused, Unused).Unsupported
            .Where(operation => !operation.Name.Contains("ProvisionedConcurrency", StringComparison.Ordinal));
        Assert.NotEmpty(unsupported);
        Assert.All(unsupported, operation => Assert.EndsWith(".", operation.Instead, StringComparison.Ordinal));
    }

    static ValueTask<ApiResponse> Unused(ApiRequest request, CancellationToken stop) => throw new NotSupportedException();
}
