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
            (_, _) => throw new NotSupportedException(), (_, _) => throw new NotSupportedException());
        var model = ServiceModel.Load("Lambda").Select(operation => (operation.Name, operation.Route)).Order();
        var ours = service.Operations.Select(operation => (operation.Name, operation.Route))
            .Concat(service.Unsupported.Select(operation => (operation.Name, operation.Route))).Order();
        Assert.Equal(model, ours);
    }
}
